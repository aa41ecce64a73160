SELECT CASE
  WHEN (coalesce(t[2], 'NULL') = 'VARCHAR')
  AND (
    CASE coalesce(t[1], 'NULL')
      WHEN 'NULL' THEN TRUE
      WHEN 'OBJECT' THEN regexp_full_match(s[2], '\{(?:"(?:[^"\\]|\\.)*":"(?:[^"\\]|\\.)*"(?:,"(?:[^"\\]|\\.)*":"(?:[^"\\]|\\.)*")*)?\}')
      WHEN 'ARRAY' THEN regexp_full_match(
        s[2],
        '(?:\[(?:\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:key|value|tag)":"(?:[^"\\]|\\.)*"(?:,"(?:key|value|tag)":"(?:[^"\\]|\\.)*")*\})*)?\]|\[(?:\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\}(?:,\{"(?:Key|Value)":"(?:[^"\\]|\\.)*"(?:,"(?:Key|Value)":"(?:[^"\\]|\\.)*")*\})*)?\])'
      )
      ELSE FALSE END
  )
  AND (t[3] IS NULL)
  AND (t[4] IS NULL)
  AND (t[5] IS NULL) THEN s[1]
  ELSE error('not regular') END AS arn,
  CAST(NULL AS VARCHAR) AS account,
  CAST(NULL AS VARCHAR) AS region,
  CAST(NULL AS VARCHAR) AS type,
  CASE coalesce(t[1], 'NULL')
  WHEN 'OBJECT' THEN CAST(CAST(s[2] AS JSON) AS MAP(VARCHAR, VARCHAR))
  WHEN 'ARRAY' THEN CASE
  WHEN starts_with(s[2], '[{"K')
  OR starts_with(s[2], '[{"V') THEN map_from_entries(from_json(s[2], '[{"Key":"VARCHAR","Value":"VARCHAR"}]'))
  ELSE map_from_entries(from_json(s[2], '[{"key":"VARCHAR","value":"VARCHAR"}]')) END END AS tags,
  CAST(NULL AS VARCHAR) AS state,
  CAST(NULL AS VARCHAR) AS engine,
  CAST(NULL AS VARCHAR) AS kms,
  CAST(NULL AS VARCHAR[]) AS parents,
  CAST(NULL AS MAP(VARCHAR, VARCHAR)) AS facts,
  'tagging-api' AS source,
  CAST(NULL AS TIMESTAMP) AS captured_at
FROM (
  SELECT json_type(line, ['$."Tags"', '$."ResourceARN"', '$."arn"', '$."awsRegion"', '$."configurationItemStatus"']) AS t,
  json_extract_string(line, ['$."ResourceARN"', '$."Tags"']) AS s
  FROM (records) AS l
) AS r
