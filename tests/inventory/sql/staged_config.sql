SELECT CASE
  WHEN (t[2] IS NOT NULL)
  AND (
    CASE
      WHEN arn IS NULL THEN coalesce(starts_with(s[2], 'ResourceDeleted'), FALSE)
      OR (coalesce(t[1], 'NULL') = 'VARCHAR' AND s[1] NOT IN ('AWS::EC2::Volume'))
      ELSE (coalesce(t[11], 'NULL') IN ('NULL', 'VARCHAR'))
      AND (coalesce(t[12], 'NULL') IN ('NULL', 'VARCHAR'))
      AND (coalesce(t[13], 'NULL') IN ('NULL', 'VARCHAR'))
      AND (coalesce(t[14], 'NULL') IN ('NULL', 'VARCHAR'))
      AND (coalesce(t[2], 'NULL') IN ('NULL', 'VARCHAR'))
      AND (coalesce(t[1], 'NULL') IN ('NULL', 'VARCHAR'))
      AND (coalesce(t[15], 'NULL') IN ('NULL', 'VARCHAR'))
      AND (s[5] IS NULL OR s[5] <> '')
      AND (
        coalesce(t[16], 'NULL') IN ('NULL', 'VARCHAR')
          AND (
            s[14] IS NULL
              OR (
                regexp_full_match(
                  s[14],
                  '(?:[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3}|\.[0-9]{6})?(?:Z|\+00:00)?)?)?'
                )
                  AND (
                    s[14] = ''
                      OR TRY_CAST(nullif(rtrim(regexp_replace(s[14], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) IS NOT NULL
                  )
              )
          )
      )
      AND (
        coalesce(t[17], 'NULL') IN ('NULL', 'VARCHAR')
          AND (
            s[17] IS NULL
              OR (
                regexp_full_match(
                  s[17],
                  '(?:[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3}|\.[0-9]{6})?(?:Z|\+00:00)?)?)?'
                )
                  AND (
                    s[17] = ''
                      OR TRY_CAST(nullif(rtrim(regexp_replace(s[17], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) IS NOT NULL
                  )
              )
          )
      )
      AND (
        CASE coalesce(t[8], 'NULL')
          WHEN 'NULL' THEN TRUE
          WHEN 'OBJECT' THEN regexp_full_match(s[13], '\{(?:"(?:[^"\\]|\\.)*":"(?:[^"\\]|\\.)*"(?:,"(?:[^"\\]|\\.)*":"(?:[^"\\]|\\.)*")*)?\}')
          WHEN 'ARRAY' THEN regexp_full_match(
            s[13],
            '(?:\[(?:\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\})*)?\]|\[(?:\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\})*)?\])'
          )
          ELSE FALSE END
      )
      AND (
        NOT coalesce(starts_with(s[2], 'ResourceDeleted'), FALSE)
          OR NOT coalesce(
            CASE
              WHEN arn = lower(arn) THEN arn LIKE '%:hana/%'
              ELSE regexp_matches(arn, '^(?:[^:]*:){0,3}[^:]*[A-Z]')
              OR (
                regexp_matches(
                  arn,
                  '^(?:[^:]*:){5}(?i:HANA|cluster|database|db|file\-system|gateway|instance|namespace|stack|table|vm|volume)[:/]'
                )
                  AND NOT regexp_matches(
                    arn,
                    '^(?:[^:]*:){5}(?:HANA|cluster|database|db|file\-system|gateway|instance|namespace|stack|table|vm|volume)[:/]'
                  )
              ) END,
            TRUE
          )
      )
      AND (
        CASE s[1]
          WHEN 'AWS::EC2::Volume' THEN (coalesce(t[18], 'NULL') IN ('NULL', 'OBJECT'))
          AND (
            coalesce(t[5], 'NULL') <> 'ARRAY'
              AND (coalesce(t[5], 'NULL') <> 'VARCHAR' OR NOT regexp_matches(s[7], '^[{\[]'))
          )
          AND (coalesce(t[4], 'NULL') IN ('NULL', 'OBJECT', 'ARRAY') OR (coalesce(t[4], 'NULL') = 'VARCHAR'))
          AND (coalesce(t[5], 'NULL') IN ('NULL', 'OBJECT', 'ARRAY') OR (coalesce(t[5], 'NULL') = 'VARCHAR'))
          AND (
            coalesce(t[19], 'NULL') IN ('NULL', 'OBJECT', 'ARRAY')
              OR (
                CASE
                  WHEN coalesce(t[19], 'NULL') = 'VARCHAR' THEN (
                    regexp_full_match(
                      s[18],
                      '(?:[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3}|\.[0-9]{6})?(?:Z|\+00:00)?)?)?'
                    )
                      AND (
                        s[18] = ''
                          OR TRY_CAST(nullif(rtrim(regexp_replace(s[18], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) IS NOT NULL
                      )
                  )
                  ELSE coalesce(t[19], 'NULL') IN ('UBIGINT', 'BIGINT', 'DOUBLE')
                  AND (TRY_CAST(s[18] AS DOUBLE) BETWEEN 0 AND 4102444800000) END
              )
          )
          AND (
            coalesce(t[20], 'NULL') IN ('NULL', 'OBJECT', 'ARRAY')
              OR (
                coalesce(t[20], 'NULL') IN ('UBIGINT', 'BIGINT', 'DOUBLE')
                  AND (TRY_CAST(s[19] AS DOUBLE) BETWEEN 0 AND 1e300)
              )
          )
          AND (coalesce(t[21], 'NULL') IN ('NULL', 'OBJECT', 'ARRAY') OR (coalesce(t[21], 'NULL') = 'BOOLEAN'))
          AND (coalesce(t[6], 'NULL') IN ('NULL', 'OBJECT', 'ARRAY') OR (coalesce(t[6], 'NULL') = 'VARCHAR'))
          AND (
            CASE coalesce(t[9], 'NULL')
              WHEN 'NULL' THEN TRUE
              WHEN 'ARRAY' THEN len(list_filter(CAST(json_extract(s[15], '$[*]') AS VARCHAR[]), lambda e: NOT starts_with(e, '{'))) = 0
              AND NOT contains(s[15], ':[')
              ELSE FALSE END
          )
          ELSE TRUE END
      ) END
  ) THEN arn
  ELSE error('not regular') END AS arn,
  coalesce(nullif(s[10], ''), nullif(s[11], '')) AS account,
  s[12] AS region,
  s[1] AS type,
  CASE coalesce(t[8], 'NULL')
  WHEN 'OBJECT' THEN CAST(CAST(s[13] AS JSON) AS MAP(VARCHAR, VARCHAR))
  WHEN 'ARRAY' THEN CASE
  WHEN starts_with(s[13], '[{"K')
  OR starts_with(s[13], '[{"V') THEN map_from_entries(from_json(s[13], '[{"Key":"VARCHAR","Value":"VARCHAR"}]'))
  ELSE map_from_entries(from_json(s[13], '[{"key":"VARCHAR","value":"VARCHAR"}]')) END END AS tags,
  CASE s[1]
  WHEN 'AWS::EC2::Volume' THEN coalesce(
    CASE
      WHEN coalesce(t[4], 'NULL') NOT IN ('NULL', 'OBJECT', 'ARRAY') THEN s[6] END,
    CASE
      WHEN coalesce(t[5], 'NULL') NOT IN ('NULL', 'OBJECT', 'ARRAY') THEN s[7] END
  )
  ELSE NULL END AS state,
  CASE s[1]
  ELSE NULL END AS engine,
  CASE s[1]
  WHEN 'AWS::EC2::Volume' THEN coalesce(CASE WHEN coalesce(t[6], 'NULL') NOT IN ('NULL', 'OBJECT', 'ARRAY') THEN s[8] END)
  ELSE NULL END AS kms,
  CASE
  WHEN len(ps) > 0
  AND (
    CASE
      WHEN starts_with(arn, 'arn:aws:ec2:') THEN CASE
      WHEN arn LIKE 'arn:aws:ec2:%:%:instance/_%'
      AND arn NOT LIKE 'arn:aws:ec2:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'EC2'
      WHEN arn LIKE 'arn:aws:ec2:%:%:volume/_%'
      AND arn NOT LIKE 'arn:aws:ec2:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'EBS'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:instance/[^/]+)', 's') THEN 'EC2'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:volume/[^/]+)', 's') THEN 'EBS' END
      WHEN starts_with(arn, 'arn:aws:rds:') THEN CASE
      WHEN arn LIKE 'arn:aws:rds:%:%:db:_%'
      AND arn NOT LIKE 'arn:aws:rds:%:%:%:%:%' THEN 'RDS'
      WHEN arn LIKE 'arn:aws:rds:%:%:cluster:_%'
      AND arn NOT LIKE 'arn:aws:rds:%:%:%:%:%' THEN 'Aurora'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:db:[^:]+)', 's') THEN 'RDS'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster:[^:]+)', 's') THEN 'Aurora' END
      WHEN starts_with(arn, 'arn:aws:dsql:') THEN CASE
      WHEN arn LIKE 'arn:aws:dsql:%:%:cluster/_%'
      AND arn NOT LIKE 'arn:aws:dsql:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'DSQL'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster/[^/]+)', 's') THEN 'DSQL' END
      WHEN starts_with(arn, 'arn:aws:dynamodb:') THEN CASE
      WHEN arn LIKE 'arn:aws:dynamodb:%:%:table/_%'
      AND arn NOT LIKE 'arn:aws:dynamodb:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'DynamoDB'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:table/[^/]+)', 's') THEN 'DynamoDB' END
      WHEN starts_with(arn, 'arn:aws:elasticfilesystem:') THEN CASE
      WHEN arn LIKE 'arn:aws:elasticfilesystem:%:%:file-system/_%'
      AND arn NOT LIKE 'arn:aws:elasticfilesystem:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'EFS'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:file-system/[^/]+)', 's') THEN 'EFS' END
      WHEN starts_with(arn, 'arn:aws:fsx:') THEN CASE
      WHEN arn LIKE 'arn:aws:fsx:%:%:file-system/_%'
      AND arn NOT LIKE 'arn:aws:fsx:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'FSx'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:file-system/[^/]+)', 's') THEN 'FSx'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:volume/[^/]+(/[^/]+)?)', 's') THEN 'FSxVolume' END
      WHEN starts_with(arn, 'arn:aws:s3:') THEN CASE
      WHEN arn LIKE 'arn:aws:s3:%:%:_%'
      AND arn NOT LIKE 'arn:aws:s3:%:%:%:%'
      AND arn NOT LIKE '%/%' THEN 'S3'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:[^/:]+)', 's') THEN 'S3' END
      WHEN starts_with(arn, 'arn:aws:storagegateway:') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:gateway/[^/]+/volume/[^/]+)', 's') THEN 'StorageGateway' END
      WHEN starts_with(arn, 'arn:aws:timestream:') THEN CASE
      WHEN arn LIKE 'arn:aws:timestream:%:%:database/_%'
      AND arn NOT LIKE 'arn:aws:timestream:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'Timestream'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:database/[^/]+)', 's') THEN 'Timestream' END
      WHEN starts_with(arn, 'arn:aws:backup-gateway:') THEN CASE
      WHEN arn LIKE 'arn:aws:backup-gateway:%:%:vm/_%'
      AND arn NOT LIKE 'arn:aws:backup-gateway:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'VirtualMachine'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:vm/[^/]+)', 's') THEN 'VirtualMachine' END
      WHEN starts_with(arn, 'arn:aws:cloudformation:') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:stack/[^/]+(/[^/]+)?)', 's') THEN 'CloudFormation' END
      WHEN starts_with(arn, 'arn:aws:ssm-sap:') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:HANA/.+)', 's') THEN 'SAPHANA' END
      WHEN starts_with(arn, 'arn:aws:eks:') THEN CASE
      WHEN arn LIKE 'arn:aws:eks:%:%:cluster/_%'
      AND arn NOT LIKE 'arn:aws:eks:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'EKS'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster/[^/]+)', 's') THEN 'EKS' END
      WHEN starts_with(arn, 'arn:aws:redshift:') THEN CASE
      WHEN arn LIKE 'arn:aws:redshift:%:%:cluster:_%'
      AND arn NOT LIKE 'arn:aws:redshift:%:%:%:%:%' THEN 'Redshift'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster:[^:]+)', 's') THEN 'Redshift' END
      WHEN starts_with(arn, 'arn:aws:redshift-serverless:') THEN CASE
      WHEN arn LIKE 'arn:aws:redshift-serverless:%:%:namespace/_%'
      AND arn NOT LIKE 'arn:aws:redshift-serverless:%:%:%:%'
      AND arn NOT LIKE '%/%/%' THEN 'RedshiftServerless'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:namespace/[^/]+)', 's') THEN 'RedshiftServerless' END
      WHEN regexp_matches(
        arn,
        '^[^:]*:[^:]*:(ec2|rds|dsql|dynamodb|elasticfilesystem|fsx|s3|storagegateway|timestream|backup\-gateway|cloudformation|ssm\-sap|eks|redshift|redshift\-serverless):',
        'i'
      ) THEN CASE
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:ec2:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:instance/[^/]+)', 's') THEN 'EC2'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:volume/[^/]+)', 's') THEN 'EBS' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:rds:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:db:[^:]+)', 's') THEN 'RDS'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster:[^:]+)', 's') THEN 'Aurora' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:dsql:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster/[^/]+)', 's') THEN 'DSQL' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:dynamodb:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:table/[^/]+)', 's') THEN 'DynamoDB' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:elasticfilesystem:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:file-system/[^/]+)', 's') THEN 'EFS' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:fsx:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:file-system/[^/]+)', 's') THEN 'FSx'
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:volume/[^/]+(/[^/]+)?)', 's') THEN 'FSxVolume' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:s3:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:[^/:]+)', 's') THEN 'S3' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:storagegateway:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:gateway/[^/]+/volume/[^/]+)', 's') THEN 'StorageGateway' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:timestream:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:database/[^/]+)', 's') THEN 'Timestream' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:backup\-gateway:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:vm/[^/]+)', 's') THEN 'VirtualMachine' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:cloudformation:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:stack/[^/]+(/[^/]+)?)', 's') THEN 'CloudFormation' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:ssm\-sap:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:HANA/.+)', 's') THEN 'SAPHANA' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:eks:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster/[^/]+)', 's') THEN 'EKS' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:redshift:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:cluster:[^:]+)', 's') THEN 'Redshift' END
      WHEN regexp_matches(arn, '^[^:]*:[^:]*:redshift\-serverless:', 'i') THEN CASE
      WHEN regexp_full_match(arn, '(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:namespace/[^/]+)', 's') THEN 'RedshiftServerless' END END END
  ) IS NOT NULL THEN ps END AS parents,
  CASE
  WHEN CASE
  WHEN s[1] = 'AWS::S3::Bucket' THEN CASE
  WHEN coalesce(t[7], 'NULL') = 'OBJECT'
  OR starts_with(s[9], '{') THEN json_extract_string(s[9], '$.status') END END IS NOT NULL THEN map(
    ['versioning'],
    [CASE
      WHEN s[1] = 'AWS::S3::Bucket' THEN CASE
      WHEN coalesce(t[7], 'NULL') = 'OBJECT'
      OR starts_with(s[9], '{') THEN json_extract_string(s[9], '$.status') END END]
  ) END AS facts,
  'config' AS source,
  CAST(nullif(rtrim(regexp_replace(s[14], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) AS captured_at,
  arn IS NULL
  OR coalesce(starts_with(s[2], 'ResourceDeleted'), FALSE) AS gone
FROM (
  SELECT *,
  list_filter(
    list_concat(
      CASE
        WHEN s[1] = 'AWS::EC2::Volume' THEN coalesce(
          list_transform(
            list_transform(
              CASE
                WHEN coalesce(t[9], 'NULL') = 'ARRAY' THEN CAST(json_extract(s[15], '$[*]') AS VARCHAR[]) END,
              lambda e: CASE
                WHEN json_type(e, '$."instanceId"') = 'VARCHAR' THEN json_extract_string(e, '$."instanceId"') END
            ),
            lambda n: CASE
              WHEN n <> '' THEN 'arn:' || lower(split_part(arn, ':', 2)) || ':ec2:' || coalesce(nullif(lower(split_part(arn, ':', 4)), ''), nullif(s[12], ''), 'None') || ':' || coalesce(
                CASE
                  WHEN regexp_full_match(split_part(arn, ':', 5), '[0-9]{12}') THEN split_part(arn, ':', 5) END,
                coalesce(nullif(s[10], ''), nullif(s[11], '')),
                'None'
              ) || ':instance/' || n END
          ),
          []
        )
        ELSE [] END,
      CASE
        WHEN TRUE THEN coalesce(
          list_transform(
            list_transform(
              CASE
                WHEN coalesce(t[10], 'NULL') = 'ARRAY'
                AND contains(s[16], 'AWS::CloudFormation::Stack') THEN CAST(json_extract(s[16], '$[*]') AS VARCHAR[]) END,
              lambda e: CASE
                WHEN CASE
                WHEN json_type(e, '$."resourceType"') = 'VARCHAR' THEN json_extract_string(e, '$."resourceType"') END = 'AWS::CloudFormation::Stack' THEN CASE
                WHEN json_type(e, '$."resourceId"') = 'VARCHAR' THEN json_extract_string(e, '$."resourceId"') END END
            ),
            lambda n: CASE
              WHEN n <> '' THEN n END
          ),
          []
        )
        ELSE [] END,
      CASE
        WHEN s[1] IN ('AWS::EC2::Volume') THEN coalesce(
          list_transform(
            list_transform(
              CASE
                WHEN coalesce(t[10], 'NULL') = 'ARRAY'
                AND contains(s[16], 'AWS::EC2::Instance') THEN CAST(json_extract(s[16], '$[*]') AS VARCHAR[]) END,
              lambda e: CASE
                WHEN CASE
                WHEN json_type(e, '$."resourceType"') = 'VARCHAR' THEN json_extract_string(e, '$."resourceType"') END = 'AWS::EC2::Instance' THEN CASE
                WHEN json_type(e, '$."resourceId"') = 'VARCHAR' THEN json_extract_string(e, '$."resourceId"') END END
            ),
            lambda n: CASE
              WHEN n <> '' THEN 'arn:' || lower(split_part(arn, ':', 2)) || ':ec2:' || coalesce(nullif(lower(split_part(arn, ':', 4)), ''), nullif(s[12], ''), 'None') || ':' || coalesce(
                CASE
                  WHEN regexp_full_match(split_part(arn, ':', 5), '[0-9]{12}') THEN split_part(arn, ':', 5) END,
                coalesce(nullif(s[10], ''), nullif(s[11], '')),
                'None'
              ) || ':instance/' || n END
          ),
          []
        )
        ELSE [] END
    ),
    lambda p: p IS NOT NULL
  ) AS ps
  FROM (
    SELECT *,
    coalesce(
      nullif(s[4], ''),
      s[5],
      CASE
        WHEN coalesce(t[3], 'NULL') = 'VARCHAR'
        AND starts_with(s[3], 'arn:') THEN s[3] END
    ) AS arn
    FROM (
      SELECT json_type(
        line,
        ['$."resourceType"',
        '$."awsRegion"',
        '$."resourceId"',
        '$."configuration"."state"."value"',
        '$."configuration"."state"',
        '$."configuration"."kmsKeyId"',
        '$."supplementaryConfiguration"."BucketVersioningConfiguration"',
        '$."tags"',
        '$."configuration"."attachments"',
        '$."relationships"',
        '$."arn"',
        '$."ARN"',
        '$."awsAccountId"',
        '$."accountId"',
        '$."configurationItemStatus"',
        '$."configurationItemCaptureTime"',
        '$."resourceCreationTime"',
        '$."configuration"',
        '$."configuration"."createTime"',
        '$."configuration"."size"',
        '$."configuration"."encrypted"']
      ) AS t,
      json_extract_string(
        line,
        ['$."resourceType"',
        '$."configurationItemStatus"',
        '$."resourceId"',
        '$."arn"',
        '$."ARN"',
        '$."configuration"."state"."value"',
        '$."configuration"."state"',
        '$."configuration"."kmsKeyId"',
        '$."supplementaryConfiguration"."BucketVersioningConfiguration"',
        '$."awsAccountId"',
        '$."accountId"',
        '$."awsRegion"',
        '$."tags"',
        '$."configurationItemCaptureTime"',
        '$."configuration"."attachments"',
        '$."relationships"',
        '$."resourceCreationTime"',
        '$."configuration"."createTime"',
        '$."configuration"."size"',
        '$."configuration"."encrypted"']
      ) AS s
      FROM (records) AS l
    ) AS f
  ) AS i
) AS r
