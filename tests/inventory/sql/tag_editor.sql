SELECT CASE
  WHEN (beyond IS NULL)
  AND (c2 IS NOT NULL) THEN c0
  ELSE error('not regular') END AS arn,
  CAST(NULL AS VARCHAR) AS account,
  CAST(NULL AS VARCHAR) AS region,
  CAST(NULL AS VARCHAR) AS type,
  map_from_entries(list_filter([{'key': 'env', 'value': c2}], lambda e: e.value <> '(not tagged)')) AS tags,
  CAST(NULL AS VARCHAR) AS state,
  CAST(NULL AS VARCHAR) AS engine,
  CAST(NULL AS VARCHAR) AS kms,
  CAST(NULL AS VARCHAR[]) AS parents,
  CAST(NULL AS MAP(VARCHAR, VARCHAR)) AS facts,
  'tag-editor' AS source,
  CAST(NULL AS TIMESTAMP) AS captured_at
FROM (
  SELECT *
  FROM read_csv(
    'list.lines',
    auto_detect = false,
    header = false,
    skip = 1,
    columns = {'c0': 'VARCHAR',
    'c1': 'VARCHAR',
    'c2': 'VARCHAR',
    'beyond': 'VARCHAR'},
    delim = ',',
    quote = '"',
    escape = '"',
    strict_mode = true,
    null_padding = true,
    nullstr = '␂',
    max_line_size = 2000001
  )
) AS r
