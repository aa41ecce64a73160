SELECT doc,
  region,
  type,
  state,
  flags0,
  v0,
  count(*) AS n
FROM (
  SELECT i.arn AS arn_,
  i.account AS account_,
  i.region AS region_,
  i.type AS type_,
  FALSE AS member,
  CASE
    WHEN i.type = 'S3' THEN i.versioning END AS versioning,
  CASE
    WHEN i.account <> '' THEN coalesce(a.doc, 0)
    ELSE 1 END AS doc,
  coalesce(i.region, '') AS region,
  coalesce(i.type, '') AS type,
  coalesce(CASE WHEN i.type IN ('Aurora', 'DocumentDB', 'EC2', 'Neptune', 'RDS') THEN i.state END, '') AS state,
  CAST((i.region IS NULL) AS BIGINT) * 1 + CAST((i.type IS NULL) AS BIGINT) * 2 + CAST(
    (CASE WHEN i.type IN ('Aurora', 'DocumentDB', 'EC2', 'Neptune', 'RDS') THEN i.state END IS NULL) AS BIGINT
  ) * 4 + CAST(TRUE AS BIGINT) * 8 + CAST((i.tags IS NULL) AS BIGINT) * 256 + CAST((i.tags[n.k0] IS NULL) AS BIGINT) * 512 AS flags0,
  coalesce(i.tags[n.k0], '') AS v0
  FROM inventory AS i
  LEFT JOIN cov_accounts AS a ON a.account = i.account
  CROSS JOIN cov_keys AS n
) AS k
GROUP BY doc,
  region,
  type,
  state,
  flags0,
  v0
