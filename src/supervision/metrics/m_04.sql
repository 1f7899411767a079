-- M-04: central agencies assessed with the result published, both in the period, of all.
-- The period bounds assessments, not agencies.
WITH behind AS (
  SELECT position, stream, subject, day, region_code, unit, supplier, agency,
         0 AS amount_fen,
         uscc IN (
           SELECT agency FROM assessments
           WHERE concluded_on <> '' AND published_on <> ''
             AND concluded_on >= :from AND published_on >= :from
             AND concluded_on <= :to AND published_on <= :to
         ) AS part,
         1 AS whole
  FROM organisations
  WHERE is_central_agency = 1
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
