SELECT CASE
  WHEN (coalesce(t[2], 'NULL') = 'VARCHAR')
  AND (
    coalesce(t[3], 'NULL') IN ('NULL', 'VARCHAR')
      AND (
        s[7] IS NULL
          OR (
            regexp_full_match(
              s[7],
              '(?:[12][0-9]{3}-[01][0-9]-[0-3][0-9](?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3}|\.[0-9]{6})?(?:Z|\+00:00)?)?)?'
            )
              AND (
                s[7] = ''
                  OR TRY_CAST(nullif(rtrim(regexp_replace(s[7], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) IS NOT NULL
              )
          )
      )
  )
  AND (coalesce(t[4], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[5], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[6], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (coalesce(t[7], 'NULL') IN ('NULL', 'VARCHAR'))
  AND (t[8] IS NULL)
  AND (t[9] IS NULL)
  AND (t[10] IS NULL)
  AND (t[11] IS NULL)
  AND (coalesce(t[1], 'NULL') IN ('NULL', 'ARRAY'))
  AND (
    CASE
      WHEN coalesce(t[1], 'NULL') = 'ARRAY' THEN len(
        list_filter(
          CAST(json_extract(s[1], '$[*]') AS VARCHAR[]),
          lambda e: lower(json_extract_string(e, '$.Name')) = 'tags'
        )
      ) <= 1
      ELSE TRUE END
  )
  AND (
    data IS NULL
      OR data = 'null'
      OR regexp_full_match(
        data,
        '(?:\[(?:\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\})*)?\]|\[(?:\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\})*)?\])'
      )
  ) THEN s[2]
  ELSE error('not regular') END AS arn,
  s[3] AS account,
  s[4] AS region,
  coalesce(nullif(s[5], ''), s[6]) AS type,
  CASE
  WHEN data <> 'null' THEN CASE
  WHEN starts_with(data, '[{"K')
  OR starts_with(data, '[{"V') THEN map_from_entries(from_json(data, '[{"Key":"VARCHAR","Value":"VARCHAR"}]'))
  ELSE map_from_entries(from_json(data, '[{"key":"VARCHAR","value":"VARCHAR"}]')) END END AS tags,
  CAST(NULL AS VARCHAR) AS state,
  CAST(NULL AS VARCHAR) AS engine,
  CAST(NULL AS VARCHAR) AS kms,
  CAST(NULL AS VARCHAR[]) AS parents,
  CAST(NULL AS MAP(VARCHAR, VARCHAR)) AS facts,
  'resource-explorer' AS source,
  CAST(nullif(rtrim(regexp_replace(s[7], '\+00:00$', ''), 'Z'), '') AS TIMESTAMP) AS captured_at
FROM (
  SELECT *,
  CAST(
    CASE
      WHEN coalesce(t[1], 'NULL') = 'ARRAY' THEN json_extract(
        list_filter(
          CAST(json_extract(s[1], '$[*]') AS VARCHAR[]),
          lambda e: lower(json_extract_string(e, '$.Name')) = 'tags'
        )[1],
        '$.Data'
      ) END AS VARCHAR
  ) AS data
  FROM (
    SELECT json_type(
      line,
      ['$."Properties"',
      '$."Arn"',
      '$."LastReportedAt"',
      '$."OwningAccountId"',
      '$."Region"',
      '$."CfnResourceType"',
      '$."ResourceType"',
      '$."arn"',
      '$."awsRegion"',
      '$."configurationItemStatus"',
      '$."ResourceARN"']
    ) AS t,
    json_extract_string(
      line,
      ['$."Properties"',
      '$."Arn"',
      '$."OwningAccountId"',
      '$."Region"',
      '$."CfnResourceType"',
      '$."ResourceType"',
      '$."LastReportedAt"']
    ) AS s
    FROM (records) AS l
  ) AS f
) AS r
