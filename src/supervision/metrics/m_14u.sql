-- M-14U: complaints that were upheld, of those decided.
WITH behind AS (
  SELECT position, stream, subject, decided_on AS day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         is_upheld AS part,
         1 AS whole
  FROM complaints
  WHERE decided_on <> ''
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
