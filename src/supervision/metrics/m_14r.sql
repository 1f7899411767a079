-- M-14R: challenges replied to in time, of those replied to or due.
WITH behind AS (
  SELECT position, stream, subject, due_on AS day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         status = 'MET' AS part,
         1 AS whole
  FROM challenges
  WHERE status IN ('MET', 'LATE', 'OVERDUE')
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
