-- M-13D: working days of rooms on which they were open the whole morning and afternoon, of all.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         is_full AS part,
         1 AS whole
  FROM venue_days
  WHERE is_workday = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
