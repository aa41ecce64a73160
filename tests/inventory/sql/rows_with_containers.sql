WITH edges AS MATERIALIZED (
  SELECT DISTINCT i.arn,
  i.type,
  coalesce(
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
  ) AS member,
  u.parent
  FROM inventory AS i
  CROSS JOIN UNNEST(i.parents) AS u(parent)
  WHERE cardinality(i.parents) > 0
),
  clusters AS (SELECT arn, min(parent) AS cluster FROM edges WHERE parent LIKE '%:cluster:%' GROUP BY arn),
  members AS MATERIALIZED (
    SELECT i.arn,
    i.account,
    i.region,
    i.engine,
    c.cluster
    FROM inventory AS i
    LEFT JOIN clusters AS c ON c.arn = i.arn
    WHERE coalesce(
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
    )
  ),
  unlisted AS (
    SELECT d.arn AS arn,
    d.account AS account,
    d.region AS region,
    d.type AS type,
    CAST(NULL AS MAP(VARCHAR, VARCHAR)) AS tags,
    CAST(NULL AS VARCHAR) AS state,
    d.engine AS engine,
    CAST(NULL AS VARCHAR[]) AS parents,
    CAST(NULL AS VARCHAR) AS kms,
    CAST(NULL AS BOOLEAN) AS versioning,
    d.engine IS NULL AS of_any_type,
    d.named AS named
    FROM (
      SELECT DISTINCT coalesce(m.cluster, '') || '|' || coalesce(m.account, '') || '|' || coalesce(m.region, '') || '|' || coalesce(m.engine, '') AS arn,
      m.account AS account,
      m.region AS region,
      CASE
        WHEN lower(m.engine) LIKE 'aurora%' THEN 'Aurora'
        WHEN lower(m.engine) LIKE 'docdb%' THEN 'DocumentDB'
        WHEN lower(m.engine) LIKE 'neptune%' THEN 'Neptune'
        ELSE 'Aurora' END AS type,
      m.engine AS engine,
      coalesce(m.cluster, '') AS named
      FROM members AS m
    ) AS d
  ),
  uncopyable AS (
    SELECT DISTINCT u.arn
    FROM inventory AS i
    CROSS JOIN UNNEST(i.parents) AS u(arn)
    WHERE cardinality(i.parents) > 0
      AND i.type = 'EBS'
      AND i.kms LIKE '%alias/aws/%'
  ),
  boxes AS (SELECT DISTINCT parent FROM edges),
  listed AS (
    SELECT i.arn,
    i.account,
    i.region,
    i.type,
    i.tags,
    i.state,
    i.engine,
    i.parents,
    i.kms,
    i.versioning,
    i.of_any_type
    FROM inventory AS i
    JOIN boxes AS b ON b.parent = i.arn
  ),
  level0 AS MATERIALIZED (
    SELECT c.arn,
    c.account,
    c.region,
    c.type,
    c.member,
    c.verdict,
    c.protected,
    CAST(NULL AS VARCHAR) AS through,
    FALSE AS twice
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
        coalesce(
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
        ) AS member,
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
        ) * 4 + CAST(TRUE AS BIGINT) * 8 + CAST(coalesce(i.of_any_type, FALSE) AS BIGINT) * 16 + CAST((i.tags IS NULL) AS BIGINT) * 256 + CAST((i.tags[n.k0] IS NULL) AS BIGINT) * 512 AS flags0,
        coalesce(i.tags[n.k0], '') AS v0
        FROM listed AS i
        LEFT JOIN cov_accounts AS a ON a.account = i.account
        CROSS JOIN cov_keys AS n
      ) AS k
      LEFT JOIN cov_cells AS c ON c.doc = k.doc
        AND c.region = k.region
        AND c.type = k.type
        AND c.state = k.state
        AND c.flags0 = k.flags0
        AND c.v0 = k.v0
      UNION ALL SELECT k.arn_ AS arn,
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
        coalesce(
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
        ) AS member,
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
        ) * 4 + CAST(TRUE AS BIGINT) * 8 + CAST(coalesce(i.of_any_type, FALSE) AS BIGINT) * 16 + CAST((i.tags IS NULL) AS BIGINT) * 256 + CAST((i.tags[n.k0] IS NULL) AS BIGINT) * 512 AS flags0,
        coalesce(i.tags[n.k0], '') AS v0
        FROM unlisted AS i
        LEFT JOIN cov_accounts AS a ON a.account = i.account
        CROSS JOIN cov_keys AS n
      ) AS k
      LEFT JOIN cov_cells AS c ON c.doc = k.doc
        AND c.region = k.region
        AND c.type = k.type
        AND c.state = k.state
        AND c.flags0 = k.flags0
        AND c.v0 = k.v0
    ) AS c
  ),
  level1 AS MATERIALIZED (
    SELECT o.arn,
    o.account,
    o.region,
    o.type,
    o.member,
    CASE
      WHEN o.pick IS NULL THEN o.verdict
      ELSE p.verdict END AS verdict,
    CASE
      WHEN o.pick IS NULL THEN o.protected
      ELSE p.protected END AS protected,
    CASE
      WHEN o.pick IS NULL THEN o.through
      WHEN p.protected THEN o.pick END AS through,
    CASE
      WHEN o.pick IS NULL THEN o.twice
      OR (o.protected IS TRUE AND o.n > 0)
      ELSE p.twice
      OR o.n > 1 END AS twice
    FROM (
      SELECT o.*,
      coalesce(a.n, 0) AS n,
      CASE
        WHEN o.protected THEN NULL
        WHEN a.n > 0 THEN a.best
        WHEN o.protected IS FALSE THEN a.open_arn END AS pick
      FROM level0 AS o
      LEFT JOIN (
        SELECT e.arn,
        count(CASE WHEN p.protected THEN 1 END) AS n,
        min(CASE WHEN p.protected THEN p.arn END) AS best,
        min(CASE WHEN p.protected IS NULL THEN p.arn END) AS open_arn
        FROM edges AS e
        JOIN level0 AS p ON p.arn = e.parent
          AND e.parent <> e.arn
        WHERE e.type IS NOT NULL
          AND (
            p.type = 'CloudFormation'
              OR (p.type = 'EC2' AND e.type = 'EBS')
              OR (p.type = 'EKS' AND e.type IN ('EBS', 'EFS', 'S3'))
          )
          AND NOT (e.member AND e.parent LIKE '%:cluster:%')
        GROUP BY e.arn
      ) AS a ON a.arn = o.arn
    ) AS o
    LEFT JOIN level0 AS p ON p.arn = o.pick
  ),
  level2 AS MATERIALIZED (
    SELECT o.arn,
    o.account,
    o.region,
    o.type,
    o.member,
    CASE
      WHEN o.pick IS NULL THEN o.verdict
      ELSE p.verdict END AS verdict,
    CASE
      WHEN o.pick IS NULL THEN o.protected
      ELSE p.protected END AS protected,
    CASE
      WHEN o.pick IS NULL THEN o.through
      WHEN p.protected THEN o.pick END AS through,
    CASE
      WHEN o.pick IS NULL THEN o.twice
      OR (o.protected IS TRUE AND o.n > 0)
      ELSE p.twice
      OR o.n > 1 END AS twice
    FROM (
      SELECT o.*,
      coalesce(a.n, 0) AS n,
      CASE
        WHEN o.protected THEN NULL
        WHEN a.n > 0 THEN a.best
        WHEN o.protected IS FALSE THEN a.open_arn END AS pick
      FROM level0 AS o
      LEFT JOIN (
        SELECT e.arn,
        count(CASE WHEN p.protected THEN 1 END) AS n,
        min(CASE WHEN p.protected THEN p.arn END) AS best,
        min(CASE WHEN p.protected IS NULL THEN p.arn END) AS open_arn
        FROM edges AS e
        JOIN level1 AS p ON p.arn = e.parent
          AND e.parent <> e.arn
        WHERE e.type IS NOT NULL
          AND (
            p.type = 'CloudFormation'
              OR (p.type = 'EC2' AND e.type = 'EBS')
              OR (p.type = 'EKS' AND e.type IN ('EBS', 'EFS', 'S3'))
          )
          AND NOT (e.member AND e.parent LIKE '%:cluster:%')
        GROUP BY e.arn
      ) AS a ON a.arn = o.arn
    ) AS o
    LEFT JOIN level1 AS p ON p.arn = o.pick
  ),
  judged AS (
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
      coalesce(
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
      ) AS member,
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
      ) * 4 + CAST(TRUE AS BIGINT) * 8 + CAST(coalesce(i.of_any_type, FALSE) AS BIGINT) * 16 + CAST((i.tags IS NULL) AS BIGINT) * 256 + CAST((i.tags[n.k0] IS NULL) AS BIGINT) * 512 AS flags0,
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
  ),
  with_clusters AS (
    SELECT j.arn,
    j.account,
    j.region,
    j.type,
    j.place,
    j.wide,
    j.member,
    j.versioning,
    CASE
      WHEN NOT j.member THEN j.verdict
      WHEN a.arn IS NOT NULL THEN a.verdict
      ELSE b.verdict END AS verdict,
    CASE
      WHEN NOT j.member THEN j.protected
      WHEN a.arn IS NOT NULL THEN a.protected
      ELSE b.protected END AS protected,
    CASE
      WHEN j.member
      AND a.protected THEN a.arn END AS through,
    coalesce(j.member AND a.twice, FALSE) AS twice
    FROM judged AS j
    LEFT JOIN members AS m ON m.arn = j.arn
    LEFT JOIN level2 AS a ON a.arn = m.cluster
    LEFT JOIN level2 AS b ON b.arn = coalesce(m.cluster, '') || '|' || coalesce(m.account, '') || '|' || coalesce(m.region, '') || '|' || coalesce(m.engine, '')
  ),
  contained AS (
    SELECT o.arn,
    o.account,
    o.region,
    o.type,
    o.member,
    o.versioning,
    o.place,
    o.wide,
    CASE
      WHEN o.pick IS NULL THEN o.verdict
      ELSE p.verdict END AS verdict,
    CASE
      WHEN o.pick IS NULL THEN o.protected
      ELSE p.protected END AS protected,
    CASE
      WHEN o.pick IS NULL THEN o.through
      WHEN p.protected THEN o.pick END AS through,
    CASE
      WHEN o.pick IS NULL THEN o.twice
      OR (o.protected IS TRUE AND o.n > 0)
      ELSE p.twice
      OR o.n > 1 END AS twice
    FROM (
      SELECT o.*,
      coalesce(a.n, 0) AS n,
      CASE
        WHEN o.protected THEN NULL
        WHEN a.n > 0 THEN a.best
        WHEN o.protected IS FALSE THEN a.open_arn END AS pick
      FROM with_clusters AS o
      LEFT JOIN (
        SELECT e.arn,
        count(CASE WHEN p.protected THEN 1 END) AS n,
        min(CASE WHEN p.protected THEN p.arn END) AS best,
        min(CASE WHEN p.protected IS NULL THEN p.arn END) AS open_arn
        FROM edges AS e
        JOIN level2 AS p ON p.arn = e.parent
          AND e.parent <> e.arn
        WHERE e.type IS NOT NULL
          AND (
            p.type = 'CloudFormation'
              OR (p.type = 'EC2' AND e.type = 'EBS')
              OR (p.type = 'EKS' AND e.type IN ('EBS', 'EFS', 'S3'))
          )
          AND NOT (e.member AND e.parent LIKE '%:cluster:%')
        GROUP BY e.arn
      ) AS a ON a.arn = o.arn
    ) AS o
    LEFT JOIN level2 AS p ON p.arn = o.pick
  ),
  verdicts AS (
    SELECT c.*,
    k.arn IS NOT NULL AS uncopyable
    FROM contained AS c
    LEFT JOIN uncopyable AS k ON k.arn = c.arn
      AND c.type = 'EC2'
  ) SELECT v.arn,
  v.account,
  v.region,
  v.type,
  v.verdict,
  v.through,
  v.twice,
  v.versioning,
  v.uncopyable
FROM verdicts AS v
