-- SAVE-C: what awards saved, of the ceilings.
WITH behind AS (
  SELECT position, stream, subject, awarded_on AS day, region_code, unit, supplier, agency,
         award_fen AS amount_fen,
         ceiling_fen - award_fen AS part,
         ceiling_fen AS whole
  FROM lot_terms
  WHERE awarded_on <> '' AND award_fen > 0 AND ceiling_fen > 0
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
