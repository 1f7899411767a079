-- M-14C: complaints, of challenges.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen, 1 AS part, 0 AS whole
  FROM complaints
  UNION ALL
  SELECT position, stream, subject, day, region_code, unit, supplier, agency, 0, 0, 1
  FROM challenges
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
