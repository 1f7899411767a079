-- M-03R: active budget units with accounts on both platforms, of all.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         uscc IN (
           SELECT unit FROM unit_accounts
           WHERE p832_on <> '' AND p832_on <= :as_of
             AND rural_on <> '' AND rural_on <= :as_of
         ) AS part,
         1 AS whole
  FROM organisations
  WHERE is_unit = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
