SELECT count(
  CASE
    WHEN cardinality(i.parents) > 0
    OR coalesce(
      i.type = 'RDS'
        AND i.arn NOT LIKE '%:cluster:%'
        AND (
          coalesce(
            lower(i.engine) LIKE 'aurora%'
              OR lower(i.engine) LIKE 'docdb%'
              OR lower(i.engine) LIKE 'neptune%',
            FALSE
          )
            OR coalesce(array_to_string(i.parents, ' ') LIKE '%:cluster:%', FALSE)
        ),
      FALSE
    ) THEN 1 END
),
  count(CASE WHEN i.engine IS NOT NULL OR i.of_any_type THEN 1 END),
  count(CASE WHEN i.versioning IS NOT NULL THEN 1 END),
  count(CASE WHEN i.type = 'RDS' AND i.arn LIKE '%:cluster:%' THEN 1 END),
  count(
    CASE
      WHEN i.arn LIKE '%:awsbackup-restore-test%'
      OR i.arn LIKE '%/awsbackup-restore-test%' THEN 1 END
  )
FROM inventory AS i
