-- M-09T: working days from the application for a loan to its first disbursement.
WITH behind AS (
  SELECT position, stream, subject, disbursed_on AS day, region_code, unit, supplier, agency,
         disbursed_fen AS amount_fen,
         wait_wd AS part,
         1 AS whole
  FROM loans
  WHERE disbursed_on <> '' AND applied_on <> ''
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
