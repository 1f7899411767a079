-- M-08: completed projects that cover all seven stages, of all completed projects.
WITH behind AS (
  SELECT position, stream, subject, completed_on AS day, region_code, unit, supplier, agency,
         plan_fen AS amount_fen,
         (p.covers_budget = 1 OR EXISTS (
           SELECT 1 FROM project_lines AS l JOIN budget_lines AS b ON b.subject = l.subject
           WHERE l.position = p.position AND b.is_approved = 1
         )) AND covers_intention AND covers_plan AND covers_execution AND covers_contract
         AND covers_acceptance AND covers_credit AS part, 1 AS whole
  FROM projects AS p
  WHERE completed_on <> ''
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
