-- M-09R: the rate of loans a year, weighted by what was disbursed.
WITH behind AS (
  SELECT position, stream, subject, disbursed_on AS day, region_code, unit, supplier, agency,
         disbursed_fen AS amount_fen,
         rate_bp * disbursed_fen AS part,
         disbursed_fen AS whole
  FROM loans
  WHERE disbursed_on <> ''
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
