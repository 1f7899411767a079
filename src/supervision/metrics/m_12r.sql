-- M-12R: approval items that are abolished or merged, of those catalogued that no law asks for.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         abolished_on <> '' AND abolished_on <= :as_of AS part,
         1 AS whole
  FROM approval_items
  WHERE is_statutory = 0
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
