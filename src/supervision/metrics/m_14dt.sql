-- M-14DT: working days from the receipt of a complaint to its decision, pauses among them.
WITH behind AS (
  SELECT position, stream, subject, decided_on AS day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         decide_wd AS part,
         1 AS whole
  FROM complaints
  WHERE decided_on <> ''
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
