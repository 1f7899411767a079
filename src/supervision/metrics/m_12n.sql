-- M-12N: approvals that were requested, a project.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         plan_fen AS amount_fen,
         approvals_count AS part,
         1 AS whole
  FROM projects
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
