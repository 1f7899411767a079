-- M-13W: working days from the day for which a room was wanted to that for which it was given.
-- Rooms that were given back, and requests withdrawn, are left out.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         wait_wd AS part,
         1 AS whole
  FROM venue_allocations
  WHERE is_awaited = 1
)
-- value
SELECT group_key, sum(part) AS numerator, count(*) AS denominator, max(places) AS rows_count
FROM (
  SELECT {group} AS group_key, part,
         row_number() OVER (PARTITION BY {group} ORDER BY part) AS place,
         count(*) OVER (PARTITION BY {group}) AS places
  FROM behind WHERE {filter}
)
-- The one in the middle, or the two.
WHERE place IN ((places + 1) / 2, (places + 2) / 2)
GROUP BY 1 ORDER BY 1
