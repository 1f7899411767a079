-- M-02: active budget units with rules of internal control that finance accepted, of all.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         uscc IN (
           SELECT unit FROM control_filings
           WHERE accepted_on <> '' AND accepted_on <= :as_of
         ) AS part,
         1 AS whole
  FROM organisations
  WHERE is_unit = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
