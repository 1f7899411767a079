-- SME-N: contracts with small and medium enterprises, of all, orders that were accepted among them.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         amount_fen,
         is_sme AS part,
         1 AS whole
  FROM contracts
  WHERE is_contract = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
