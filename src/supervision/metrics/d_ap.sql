-- D-AP: calendar days from passed final acceptance to the last payment.
-- Of contracts that are paid in full.
WITH behind AS (
  SELECT position, stream, subject, paid_on AS day, region_code, unit, supplier, agency,
         amount_fen,
         CAST(max(julianday(paid_on) - julianday(accepted_on), 0) AS INTEGER) AS part,
         1 AS whole
  FROM contracts
  WHERE accepted_on <> '' AND paid_on <> '' AND paid_fen >= payable_fen
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
