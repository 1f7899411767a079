-- M-06I: interest that ran on late payments, of suppliers to whom the regulation applies.
WITH behind AS (
  SELECT position, stream, subject, due_on AS day, region_code, unit, supplier, agency,
         amount_fen,
         interest_fen AS part,
         1 AS whole
  FROM payment_terms
  WHERE interest_fen > 0
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, 1 AS denominator, count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
