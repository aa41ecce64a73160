SELECT count(CASE WHEN list_unique(k) < len(k) THEN 1 END)
FROM (
  SELECT DISTINCT CASE
    WHEN v >= '{' THEN json_keys(v)
    ELSE ['',
  ''] END AS k
  FROM (
    SELECT unnest(
      list_prepend(
        line,
        CAST(
          CASE
            WHEN (starts_with(line, '{'))
            AND (NOT regexp_matches(line, ',[ \t]*[}\]]'))
            AND (NOT contains(line, '\u0000'))
            AND (len(line) * 2 - len(replace(line, '{', '')) - len(replace(line, '[', '')) <= 800)
            AND (strlen(line) <= 4000 OR NOT regexp_matches(line, '[0-9]{400}')) THEN json_extract(line, '$..*')
            ELSE error('not regular') END AS VARCHAR[]
        )
      )
    ) AS v
    FROM (records) AS l
  ) AS w
  WHERE CASE
    WHEN v >= '{' THEN TRUE
    WHEN v >= 'A' THEN (v < '[' OR v >= 'a')
    AND v NOT IN ('null', 'true', 'false')
    WHEN v >= '-'
    AND v < '.' THEN regexp_matches(v, '^-[A-Za-z]')
    ELSE FALSE END
) AS d
