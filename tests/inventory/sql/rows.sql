WITH verdicts AS (
  SELECT j.*,
  CAST(NULL AS VARCHAR) AS through,
  FALSE AS twice,
  FALSE AS uncopyable
  FROM (
    SELECT k.arn_ AS arn,
    k.account_ AS account,
    k.region_ AS region,
    k.type_ AS type,
    k.member,
    k.versioning,
    c.verdict,
    c.protected,
    c.place,
    c.wide
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
    LEFT JOIN cov_cells AS c ON c.doc = k.doc
      AND c.region = k.region
      AND c.type = k.type
      AND c.state = k.state
      AND c.flags0 = k.flags0
      AND c.v0 = k.v0
  ) AS j
) SELECT i.tags,
  i.of_any_type,
  v.arn,
  v.account,
  v.region,
  v.type,
  v.verdict,
  v.through,
  v.twice,
  v.versioning,
  v.uncopyable
FROM verdicts AS v
JOIN inventory AS i ON i.arn = v.arn
WHERE v.protected IS FALSE
