-- M-07: libraries abolished or retained, of all that were reported.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         abolished_on <> '' OR retained_on <> '' AS part,
         1 AS whole
  FROM libraries
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
