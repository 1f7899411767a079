-- M-05PS: the same of contracts with small and medium enterprises.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         amount_fen,
         prepaid_fen AS part,
         amount_fen AS whole
  FROM contracts
  WHERE is_order = 0 AND is_sme = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
