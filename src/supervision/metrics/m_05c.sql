-- M-05C: contracts whose terms pay at least 30 % in advance, of all.
-- Orders of the e-mall are left out.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         amount_fen,
         advance_fen * 10 >= amount_fen * 3 AS part,
         1 AS whole
  FROM contracts
  WHERE is_order = 0 AND amount_fen > 0
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
