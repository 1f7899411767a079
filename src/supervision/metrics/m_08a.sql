-- M-08A: events that the system of record pushed, of all.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         events_count * is_pushed AS part,
         events_count AS whole
  FROM sources
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
