-- M-11: counties, districts and areas of Hengyang that are live with all modules, of the fourteen.
-- The list is the seed's; a region that recorded nothing is not live.
WITH behind AS (
  SELECT coalesce(r.position, 0) AS position,
         coalesce(r.stream, 'region/4304/' || c.column1) AS stream,
         coalesce(r.subject, 'region/4304/' || c.column1) AS subject,
         coalesce(r.day, '') AS day, c.column1 AS region_code,
         '' AS unit, '' AS supplier, '' AS agency, 0 AS amount_fen,
         coalesce(r.is_full, 0) AS part, 1 AS whole
  FROM (VALUES ('430405'), ('430406'), ('430407'), ('430408'), ('430412'), ('430421'), ('430422'),
    ('430423'), ('430424'), ('430426'), ('430481'), ('430482'), ('HY-GXQ'), ('HY-SMQ')) AS c
  LEFT JOIN regions AS r ON r.region_code = c.column1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
