-- M-06D: calendar days from the start of the clock to payment, weighted by amount.
-- Terms paid in part count with that part.
WITH behind AS (
  SELECT position, stream, subject, last_paid_on AS day, region_code, unit, supplier, agency,
         paid_fen AS amount_fen,
         fen_days AS part,
         paid_fen AS whole
  FROM payment_terms
  WHERE paid_fen > 0
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
