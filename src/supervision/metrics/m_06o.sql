-- M-06O: what is not paid after its last day.
WITH behind AS (
  SELECT position, stream, subject, due_on AS day, region_code, unit, supplier, agency,
         overdue_fen AS amount_fen,
         overdue_fen AS part,
         1 AS whole
  FROM payment_terms
  WHERE overdue_fen > 0
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, 1 AS denominator, count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
