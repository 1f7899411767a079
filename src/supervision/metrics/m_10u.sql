-- M-10U: active budget units that accepted an order of the e-mall in the period, of all.
-- The period bounds orders, not units.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         uscc IN (
           SELECT unit FROM orders
           WHERE accepted_on <> '' AND is_in_force = 1
             AND accepted_on >= :from AND accepted_on <= :to
         ) AS part,
         1 AS whole
  FROM organisations
  WHERE is_unit = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
