-- M-03F: farm products bought up to 30 November, of what has to be reserved.
-- Units without a canteen are left out.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         required_fen AS amount_fen,
         bought_fen AS part,
         required_fen AS whole
  FROM farm_years
  WHERE has_canteen = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
