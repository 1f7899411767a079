-- M-09N: loans on contracts that were disbursed.
WITH behind AS (
  SELECT position, stream, subject, disbursed_on AS day, region_code, unit, supplier, agency,
         disbursed_fen AS amount_fen,
         1 AS part,
         1 AS whole
  FROM loans
  WHERE disbursed_on <> ''
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, 1 AS denominator, count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
