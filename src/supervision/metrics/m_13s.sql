-- M-13S: requests for rooms that were given one on the half-day wanted, of all.
-- What counts is the room given last. A request withdrawn before it was given any is left out.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen, coalesce(is_as_wanted, 0) AS part, 1 AS whole
  FROM (
    SELECT r.*, (
      SELECT a.day = r.day AND a.half = r.half
      FROM venue_allocations AS a
      WHERE a.request_id = r.request_id AND a.request_region = r.region_code
      ORDER BY a.given_at DESC LIMIT 1
    ) AS is_as_wanted
    FROM venue_requests AS r
  )
  WHERE withdrawn_on = '' OR is_as_wanted IS NOT NULL
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
