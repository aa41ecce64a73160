SELECT unnest(
  CASE
    WHEN contains(line, 'AWS::S3::Bucket') THEN list_prepend(
      line,
      list_filter(
        json_extract_string(
          line,
          ['$."supplementaryConfiguration"."BucketVersioningConfiguration"',
          '$."supplementaryConfiguration"."ServerSideEncryptionConfiguration"']
        ),
        lambda x: starts_with(x, '{')
      )
    )
    ELSE [line] END
) AS line
FROM (records) AS b
