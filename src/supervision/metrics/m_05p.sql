-- M-05P: what was paid in advance, of what contracts come to.
-- Orders of the e-mall are left out.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         amount_fen,
         prepaid_fen AS part,
         amount_fen AS whole
  FROM contracts
  WHERE is_order = 0
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
