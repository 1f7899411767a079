-- M-04Q: challenges and questions that central agencies answered in time, of those answered or due.
WITH behind AS (
  SELECT position, stream, subject, due_on AS day, region_code, unit, supplier, agency,
         0 AS amount_fen, status = 'MET' AS part, 1 AS whole
  FROM (
    SELECT position, stream, subject, due_on, region_code, unit, supplier, agency,
           status, handler
    FROM challenges
    UNION ALL
    SELECT position, stream, subject, due_on, region_code, unit, supplier, agency,
           status, handler
    FROM inquiries
  )
  WHERE status IN ('MET', 'LATE', 'OVERDUE')
    AND handler IN (SELECT uscc FROM organisations WHERE is_central_agency = 1)
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
