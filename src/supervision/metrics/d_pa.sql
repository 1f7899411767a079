-- D-PA: calendar days from the plan to the first award.
WITH behind AS (
  SELECT position, stream, subject, awarded_on AS day, region_code, unit, supplier, agency,
         plan_fen AS amount_fen,
         CAST(max(julianday(awarded_on) - julianday(filed_on), 0) AS INTEGER) AS part,
         1 AS whole
  FROM projects
  WHERE filed_on <> '' AND awarded_on <> ''
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
