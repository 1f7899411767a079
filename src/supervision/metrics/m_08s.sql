-- M-08S: stages that completed projects cover, of all seven of each.
WITH behind AS (
  SELECT position, stream, p.subject || '/' || stage AS subject, completed_on AS day, region_code,
         unit, supplier, agency, stage, plan_fen AS amount_fen,
         CASE stage
           WHEN 'BUDGET' THEN covers_budget = 1 OR EXISTS (
             SELECT 1 FROM project_lines AS l JOIN budget_lines AS b ON b.subject = l.subject
             WHERE l.position = p.position AND b.is_approved = 1
           )
           WHEN 'INTENTION' THEN covers_intention
           WHEN 'PLAN' THEN covers_plan
           WHEN 'EXECUTION' THEN covers_execution
           WHEN 'CONTRACT_PAYMENT' THEN covers_contract
           WHEN 'ACCEPTANCE' THEN covers_acceptance
           ELSE covers_credit
         END AS part, 1 AS whole
  FROM projects AS p CROSS JOIN (
    SELECT column1 AS stage FROM (VALUES ('BUDGET'), ('INTENTION'), ('PLAN'), ('EXECUTION'),
      ('CONTRACT_PAYMENT'), ('ACCEPTANCE'), ('CREDIT'))
  )
  WHERE completed_on <> ''
)
-- value
SELECT {group} AS group_key, sum(part) AS numerator, sum(whole) AS denominator,
       count(*) AS rows_count
FROM behind WHERE {filter} GROUP BY 1 ORDER BY 1
