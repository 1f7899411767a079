-- M-10C: purchases below the threshold made in the e-mall, of all below it.
-- Exempt purchases are left out of both.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency, amount_fen,
         is_in_mall AS part, 1 AS whole
  FROM (
    SELECT position, stream, subject, day, region_code, unit, supplier, agency, amount_fen,
           is_in_mall
    FROM small_purchases AS s
    WHERE is_exempt = 0 AND is_below_limit = 1 AND NOT EXISTS (
      -- An order that the unit recorded too is one purchase.
      SELECT 1 FROM orders AS o WHERE o.unit = s.unit AND o.order_no = s.purchase_id
    )
    UNION ALL
    SELECT position, stream, subject, day, region_code, unit, supplier, agency, amount_fen,
           1 AS is_in_mall
    FROM orders
    WHERE is_in_force = 1 AND is_below_limit = 1
  )
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
