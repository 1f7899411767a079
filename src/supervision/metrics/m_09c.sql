-- M-09C: open contracts on which a loan was disbursed, of all open contracts.
-- Of small and medium enterprises; orders of the e-mall are left out.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         amount_fen,
         financed_fen > 0 AS part,
         1 AS whole
  FROM contracts
  WHERE is_order = 0 AND is_sme = 1 AND is_open = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
