-- M-07R: barriers taken away, of those confirmed.
WITH behind AS (
  SELECT position, stream, subject, confirmed_on AS day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         rectified_on <> '' AS part,
         1 AS whole
  FROM clues
  WHERE confirmed_on <> ''
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
