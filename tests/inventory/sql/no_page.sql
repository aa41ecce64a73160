SELECT CASE
  WHEN regexp_matches(
    line,
    '^\{[ \t]*"(NextToken|QueryInfo|PaginationToken|ResponseMetadata|ViewArn|Count|fileVersion|configSnapshotId|UnprocessedResourceIdentifiers|unprocessedResourceKeys)"'
  )
  OR len(
    list_filter(
      json_type(
        line,
        ['$."Results"',
        '$."Resources"',
        '$."ResourceTagMappingList"',
        '$."configurationItems"',
        '$."BaseConfigurationItems"',
        '$."baseConfigurationItems"']
      ),
      lambda t: t IS NOT NULL
    )
  ) > 0 THEN error('not regular')
  ELSE line END AS line
FROM (records) AS p
