-- M-08L: the lag within which 95 % of events were recorded, in hours of a day.
-- Facts of which only the day is known happened at its beginning.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         lag_hours AS part,
         events_count AS whole
  FROM sources
)
-- value
SELECT group_key, min(part) AS numerator, 24 AS denominator, max(rows_count) AS rows_count
FROM (
  SELECT {group} AS group_key, part,
         sum(whole) OVER (PARTITION BY {group} ORDER BY part) AS up_to,
         sum(whole) OVER (PARTITION BY {group}) AS events_count,
         count(*) OVER (PARTITION BY {group}) AS rows_count
  FROM behind WHERE {filter}
)
WHERE up_to * 100 >= events_count * 95
GROUP BY 1 ORDER BY 1
