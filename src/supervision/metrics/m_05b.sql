-- M-05B: lots whose documents ask for no bid bond, of all lots with documents.
WITH behind AS (
  SELECT position, stream, subject, issued_on AS day, region_code, unit, supplier, agency,
         bid_bond_fen AS amount_fen,
         bid_bond_fen = 0 AS part,
         1 AS whole
  FROM lot_terms
  WHERE issued_on <> ''
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
