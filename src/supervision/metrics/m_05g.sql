-- M-05G: what guarantees secure, of what guarantees and deposits secure together.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         amount_fen,
         amount_fen * is_guarantee AS part,
         amount_fen AS whole
  FROM bonds
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
