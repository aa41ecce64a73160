SELECT CASE
  WHEN (coalesce(t[5], 'NULL') = 'VARCHAR')
  AND (t[6] IS NULL)
  AND (coalesce(t[7], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[8], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[9], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[10], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[11], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[12], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (
    coalesce(t[1], 'NULL') IN ('NULL', 'VARCHAR')
      OR (coalesce(t[1], 'NULL') = 'UBIGINT' AND length(s[8]) <= 12)
  )
  AND (
    CASE coalesce(t[2], 'NULL')
      WHEN 'NULL' THEN TRUE
      WHEN 'OBJECT' THEN regexp_full_match(s[9], '\{(?:"(?:[^"\\]|\\.)*":"(?:[^"\\]|\\.)*"(?:,"(?:[^"\\]|\\.)*":"(?:[^"\\]|\\.)*")*)?\}')
      WHEN 'ARRAY' THEN regexp_full_match(
        s[9],
        '(?:\[(?:\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\})*)?\]|\[(?:\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\})*)?\])'
      )
      ELSE FALSE END
  )
  AND (
    CASE coalesce(t[13], 'NULL')
      WHEN 'NULL' THEN TRUE
      WHEN 'VARCHAR' THEN FALSE
      ELSE coalesce(t[13], 'NULL') IN ('UBIGINT', 'BIGINT', 'DOUBLE')
      AND (TRY_CAST(s[13] AS DOUBLE) BETWEEN 0 AND 1e300) END
  )
  AND (coalesce(t[14], 'NULL') IN ('NULL', 'BOOLEAN'))
  AND (
    coalesce(t[15], 'NULL') IN ('NULL', 'VARCHAR')
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
    coalesce(t[16], 'NULL') IN ('NULL', 'VARCHAR')
      AND (
        s[10] IS NULL
          OR (
            regexp_full_match(
              s[10],
              '(?:[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3}|\.[0-9]{6})?(?:Z|\+00:00)?)?)?'
            )
              AND (
                s[10] = ''
                  OR TRY_CAST(nullif(rtrim(regexp_replace(s[10], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) IS NOT NULL
              )
          )
      )
  )
  AND (
    CASE coalesce(t[3], 'NULL')
      WHEN 'NULL' THEN TRUE
      WHEN 'ARRAY' THEN regexp_full_match(s[11], '\[(?:"[ !#-\[\]-~]+"(?:,"[ !#-\[\]-~]+")*)?\]')
      ELSE FALSE END
  )
  AND (
    CASE coalesce(t[4], 'NULL')
      WHEN 'NULL' THEN TRUE
      WHEN 'OBJECT' THEN regexp_full_match(
        s[12],
        '\{(?:"(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|true|false)(?:,"(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|true|false))*)?\}'
      )
      ELSE FALSE END
  ) THEN s[1]
  ELSE error('not regular') END AS arn,
  CASE coalesce(t[1], 'NULL')
  WHEN 'UBIGINT' THEN lpad(s[8], 12, '0')
  ELSE s[8] END AS account,
  s[2] AS region,
  s[3] AS type,
  CASE coalesce(t[2], 'NULL')
  WHEN 'OBJECT' THEN CAST(CAST(s[9] AS JSON) AS MAP(VARCHAR, VARCHAR))
  WHEN 'ARRAY' THEN CASE
  WHEN starts_with(s[9], '[{"K')
  OR starts_with(s[9], '[{"V') THEN map_from_entries(from_json(s[9], '[{"Key":"VARCHAR","Value":"VARCHAR"}]'))
  ELSE map_from_entries(from_json(s[9], '[{"key":"VARCHAR","value":"VARCHAR"}]')) END END AS tags,
  s[4] AS state,
  s[5] AS engine,
  s[6] AS kms,
  CASE
  WHEN coalesce(t[3], 'NULL') = 'ARRAY' THEN from_json(s[11], '["VARCHAR"]') END AS parents,
  CASE
  WHEN coalesce(t[4], 'NULL') = 'OBJECT' THEN CAST(CAST(s[12] AS JSON) AS MAP(VARCHAR, VARCHAR)) END AS facts,
  s[7] AS source,
  CAST(nullif(rtrim(regexp_replace(s[10], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) AS captured_at
FROM (
  SELECT json_type(
    line,
    ['$."account"',
    '$."tags"',
    '$."parents"',
    '$."facts"',
    '$."arn"',
    '$."awsRegion"',
    '$."region"',
    '$."type"',
    '$."state"',
    '$."engine"',
    '$."kms"',
    '$."source"',
    '$."size_gb"',
    '$."encrypted"',
    '$."created"',
    '$."captured_at"']
  ) AS t,
  json_extract_string(
    line,
    ['$."arn"',
    '$."region"',
    '$."type"',
    '$."state"',
    '$."engine"',
    '$."kms"',
    '$."source"',
    '$."account"',
    '$."tags"',
    '$."captured_at"',
    '$."parents"',
    '$."facts"',
    '$."size_gb"',
    '$."created"']
  ) AS s
  FROM (records) AS l
) AS r
