"""Records in JSON, in SQL: the rows of tables, and what Resource Explorer and the tagging API list.

DuckDB takes more than JSON, and the first of two values of a key: `odd_records` asks for all that Python's `json` or
`distinct_keys` would take otherwise, at any depth. Only where there is none of it are the records staged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyengine.analysis.coverage.coverage_sql import literal
from policyengine.aws.resources import InventorySettings
from policyengine.aws.resources.inventory_settings import COLUMNS
from policyengine.inventory import staging_sql as sql
from policyengine.inventory.list_formats import PAGE_HEADS, PAGE_LISTS

_TEXT = sql.TEXT
_FLAT = rf"\{{(?:{_TEXT}:{_TEXT}(?:,{_TEXT}:{_TEXT})*)?\}}"
_FACT = f"(?:{_TEXT}|true|false)"
_FACTS = rf"\{{(?:{_TEXT}:{_FACT}(?:,{_TEXT}:{_FACT})*)?\}}"
_ARN = r'"[ !#-\[\]-~]+"'
_ARNS = rf"\[(?:{_ARN}(?:,{_ARN})*)?\]"
NUMBERS = "'UBIGINT', 'BIGINT', 'DOUBLE'"
"""DuckDB's words for the types of numbers."""

_MOST_BRACKETS, _MOST_DIGITS = 800, 400  # Python nests about 1,000 deep, and reads numbers of 4,300 digits


def _pairs(names: str) -> str:
    pair = f'"(?:{names})":{_TEXT}'
    entry = rf"\{{{pair}(?:,{pair})*\}}"
    return rf"\[(?:{entry}(?:,{entry})*)?\]"


_PAIRS = f"(?:{_pairs('key|value|tag')}|{_pairs('Key|Value')})"


def records(path: str, *, packed: bool) -> str:
    """The relation of the records of a file of lines, each a `line`; `packed` where they stand in texts.

    An example: tests/inventory/sql/records.sql
    """
    line = "line"
    if packed:
        line = "CASE WHEN starts_with(line, '\"') THEN json_extract_string(line, '$') ELSE error('not regular') END"
    return f"SELECT {line} AS line FROM {sql.lines(path)} WHERE trim(line, ' \t') <> ''"  # noqa: S608 - ours


def odd_records(relation: str) -> str:
    """The query for the objects with a key twice, and the values that are no JSON, in the records of a relation.

    Raises for a record that is not regular otherwise.

    An example: tests/inventory/sql/odd_records.sql
    """
    regular = " AND ".join(f"({condition})" for condition in _is_regular())
    guarded = f"CASE WHEN {regular} THEN json_extract(line, '$..*') ELSE error('not regular') END"
    values = f"SELECT unnest(list_prepend(line, CAST({guarded} AS VARCHAR[]))) AS v FROM ({relation}) AS l"  # noqa: S608 - ours
    keys = "CASE WHEN v >= '{' THEN json_keys(v) ELSE ['', ''] END"
    distinct = f"SELECT DISTINCT {keys} AS k FROM ({values}) AS w WHERE {_ASKED}"  # noqa: S608 - ours
    return f"SELECT count(CASE WHEN list_unique(k) < len(k) THEN 1 END) FROM ({distinct}) AS d"  # noqa: S608 - ours


_ASKED = (
    "CASE WHEN v >= '{' THEN TRUE WHEN v >= 'A' THEN (v < '[' OR v >= 'a') AND v NOT IN ('null', 'true', 'false') "
    "WHEN v >= '-' AND v < '.' THEN regexp_matches(v, '^-[A-Za-z]') ELSE FALSE END"
)
"""Of values those that are objects, or `NaN`, `-inf` and the like, which are no JSON."""


def _is_regular() -> Iterator[str]:
    yield "starts_with(line, '{')"
    yield r"NOT regexp_matches(line, ',[ \t]*[}\]]')"
    yield r"NOT contains(line, '\u0000')"
    brackets = "len(line) * 2 - len(replace(line, '{', '')) - len(replace(line, '[', ''))"
    yield f"{brackets} <= {_MOST_BRACKETS}"
    yield f"strlen(line) <= 4000 OR NOT regexp_matches(line, '[0-9]{{{_MOST_DIGITS}}}')"


class RecordFields:
    """The values at paths of records: of each path its type in DuckDB's words, and its text, null for none."""

    def __init__(self) -> None:
        self._kinds: dict[str, int] = {}
        self._texts: dict[str, int] = {}

    def rows(self, relation: str) -> str:
        r"""The relation of the values of records.

        >>> fields = RecordFields()
        >>> fields.text("arn")
        's[1]'
        >>> fields.rows("records")
        'SELECT json_type(line, []) AS t, json_extract_string(line, [\'$."arn"\']) AS s FROM (records) AS l'
        """
        kinds, texts = (f"[{sql.texts(list(paths))}]" for paths in (self._kinds, self._texts))
        return (
            f"SELECT json_type(line, {kinds}) AS t, json_extract_string(line, {texts}) AS s "  # noqa: S608 - ours
            f"FROM ({relation}) AS l"
        )

    def kind(self, *steps: str) -> str:
        """The type of a value, `NULL` for null and for none.

        >>> RecordFields().kind("tags")
        "coalesce(t[1], 'NULL')"
        """
        return f"coalesce({self.listed(*steps)}, 'NULL')"

    def listed(self, *steps: str) -> str:
        """The type of a value, null where there is no such key.

        >>> RecordFields().listed("tags")
        't[1]'
        """
        return f"t[{_place(self._kinds, steps)}]"

    def text(self, *steps: str) -> str:
        """The text of a value.

        >>> RecordFields().text("configuration", "engine")
        's[1]'
        """
        return f"s[{_place(self._texts, steps)}]"

    def is_text(self, *steps: str) -> str:
        """Whether there is a text or nothing.

        >>> RecordFields().is_text("arn")
        "coalesce(t[1], 'NULL') IN ('NULL', 'VARCHAR')"
        """
        return f"{self.kind(*steps)} IN ('NULL', 'VARCHAR')"

    def is_moment(self, *steps: str) -> str:
        """Whether there is a moment as a text, or nothing.

        An example: tests/inventory/sql/staged_table.sql
        """
        return f"{self.is_text(*steps)} AND ({self.text(*steps)} IS NULL OR {sql.is_moment(self.text(*steps))})"

    def is_size(self, *steps: str) -> str:
        """Whether there is a size as a number, or nothing.

        >>> RecordFields().is_size("size_gb")
        "CASE coalesce(t[1], 'NULL') WHEN 'NULL' THEN TRUE WHEN 'VARCHAR' THEN FALSE ELSE coalesce(t[1], 'NULL') IN
        ('UBIGINT', 'BIGINT', 'DOUBLE') AND (TRY_CAST(s[1] AS DOUBLE) BETWEEN 0 AND 1e300) END"
        """
        return (
            f"CASE {self.kind(*steps)} WHEN 'NULL' THEN TRUE WHEN 'VARCHAR' THEN FALSE ELSE {self._is_size(steps)} END"
        )

    def is_account(self, *steps: str) -> str:
        """Whether there is the id of an account, as a text or a number, or nothing.

        >>> RecordFields().is_account("account")
        "coalesce(t[1], 'NULL') IN ('NULL', 'VARCHAR') OR (coalesce(t[1], 'NULL') = 'UBIGINT' AND length(s[1]) <= 12)"
        """
        return f"{self.is_text(*steps)} OR ({self.kind(*steps)} = 'UBIGINT' AND length({self.text(*steps)}) <= 12)"

    def account(self, *steps: str) -> str:
        """The text of the id of an account; numbers get the zeros back that they have lost.

        >>> RecordFields().account("account")
        "CASE coalesce(t[1], 'NULL') WHEN 'UBIGINT' THEN lpad(s[1], 12, '0') ELSE s[1] END"
        """
        text = self.text(*steps)
        return f"CASE {self.kind(*steps)} WHEN 'UBIGINT' THEN lpad({text}, 12, '0') ELSE {text} END"

    def are_tags(self, *steps: str) -> str:
        """Whether there are tags as an object, or as a list of keys and values, or nothing.

        An example: tests/inventory/sql/staged_tagging.sql
        """
        text = self.text(*steps)
        return (
            f"CASE {self.kind(*steps)} WHEN 'NULL' THEN TRUE WHEN 'OBJECT' THEN {sql.matches(text, _FLAT)} "
            f"WHEN 'ARRAY' THEN {sql.matches(text, _PAIRS)} ELSE FALSE END"
        )

    def tags(self, *steps: str) -> str:
        """The map of tags in one of the two forms.

        An example: tests/inventory/sql/staged_tagging.sql
        """
        text = self.text(*steps)
        return (
            f"CASE {self.kind(*steps)} WHEN 'OBJECT' THEN {sql.map_of(text)} WHEN 'ARRAY' THEN {map_of_pairs(text)} END"
        )

    def _is_size(self, steps: tuple[str, ...]) -> str:
        return f"{self.kind(*steps)} IN ({NUMBERS}) AND {sql.is_size(self.text(*steps))}"


def _place(paths: dict[str, int], steps: tuple[str, ...]) -> int:
    path = "$" + "".join(f'."{step}"' for step in steps)
    return paths.setdefault(path, len(paths) + 1)


def are_pairs(text: str) -> str:
    """Whether a text of JSON is a list of keys and values.

    An example: tests/inventory/sql/staged_explorer.sql
    """
    return sql.matches(text, _PAIRS)


def map_of_pairs(text: str) -> str:
    r"""The map in such a list; a key twice ends the query with an error.

    >>> map_of_pairs("s[1]")
    'CASE WHEN starts_with(s[1], \'[{"K\') OR starts_with(s[1], \'[{"V\') THEN map_from_entries(from_json(s[1],
    \'[{"Key":"VARCHAR","Value":"VARCHAR"}]\')) ELSE map_from_entries(from_json(s[1],
    \'[{"key":"VARCHAR","value":"VARCHAR"}]\')) END'
    """
    small, large = ('[{"key":"VARCHAR","value":"VARCHAR"}]', '[{"Key":"VARCHAR","Value":"VARCHAR"}]')
    first = f"starts_with({text}, '[{{\"K') OR starts_with({text}, '[{{\"V')"
    return (
        f"CASE WHEN {first} THEN map_from_entries(from_json({text}, {literal(large)})) "
        f"ELSE map_from_entries(from_json({text}, {literal(small)})) END"
    )


def staged_table(relation: str, settings: InventorySettings) -> str | None:
    """The query for a table of rows; None where its columns have unusual names.

    An example: tests/inventory/sql/staged_table.sql
    """
    names = {name: settings.column(name) for name in COLUMNS}
    if not all(map(_is_plain, names.values())):
        return None
    fields = RecordFields()
    texts = ("arn", "region", "type", "state", "engine", "kms", "source")
    columns = {name: fields.text(names[name]) for name in texts}
    columns["account"] = fields.account(names["account"])
    columns["tags"] = fields.tags(names["tags"])
    columns["captured_at"] = sql.moment(fields.text(names["captured_at"]))
    parents, facts = names["parents"], names["facts"]
    columns["parents"] = (
        f"CASE WHEN {fields.kind(parents)} = 'ARRAY' THEN from_json({fields.text(parents)}, '[\"VARCHAR\"]') END"
    )
    columns["facts"] = f"CASE WHEN {fields.kind(facts)} = 'OBJECT' THEN {sql.map_of(fields.text(facts))} END"
    regular = list(_regular_row(fields, names))
    return sql.staged_rows(fields.rows(relation), columns, regular)


def _is_plain(column: str) -> bool:
    """Whether the name of a column can stand in a path."""
    return column.isascii() and column.isprintable() and not set(column) & set('"\\*?$')


def _regular_row(fields: RecordFields, names: Mapping[str, str]) -> Iterator[str]:
    yield f"{fields.kind(names['arn'])} = 'VARCHAR'"
    yield f"{fields.listed('awsRegion')} IS NULL"
    for name in ("region", "type", "state", "engine", "kms", "source"):
        yield fields.is_text(names[name])
    yield fields.is_account(names["account"])
    yield fields.are_tags(names["tags"])
    yield fields.is_size(names["size_gb"])
    yield f"{fields.kind(names['encrypted'])} IN ('NULL', 'BOOLEAN')"
    for name in ("created", "captured_at"):
        yield fields.is_moment(names[name])
    for name, kind, form in (("parents", "ARRAY", _ARNS), ("facts", "OBJECT", _FACTS)):
        condition = sql.matches(fields.text(names[name]), form)
        yield f"CASE {fields.kind(names[name])} WHEN 'NULL' THEN TRUE WHEN '{kind}' THEN {condition} ELSE FALSE END"


def staged_tagging(relation: str, settings: InventorySettings) -> str | None:
    """The query for the table of what the tagging API lists; None where the column of ARNs has an unusual name.

    An example: tests/inventory/sql/staged_tagging.sql
    """
    arn = settings.column("arn")
    if not _is_plain(arn):
        return None
    fields = RecordFields()
    columns = {"arn": fields.text("ResourceARN"), "source": "'tagging-api'", "tags": fields.tags("Tags")}
    regular = [f"{fields.kind('ResourceARN')} = 'VARCHAR'", fields.are_tags("Tags")]
    others = (arn, "awsRegion", "configurationItemStatus")
    regular += [f"{fields.listed(name)} IS NULL" for name in others]
    return sql.staged_rows(fields.rows(relation), columns, regular)


def staged_explorer(relation: str, settings: InventorySettings) -> str | None:
    """The query for the table of what Resource Explorer lists; None as for the tagging API.

    An example: tests/inventory/sql/staged_explorer.sql
    """
    arn = settings.column("arn")
    if not _is_plain(arn):
        return None
    fields = RecordFields()
    entries = f"CAST(json_extract({fields.text('Properties')}, '$[*]') AS VARCHAR[])"
    tagged = f"list_filter({entries}, lambda e: lower(json_extract_string(e, '$.Name')) = 'tags')"
    tags = f"CASE WHEN {fields.kind('Properties')} = 'ARRAY' THEN json_extract({tagged}[1], '$.Data') END"
    columns = {
        "arn": fields.text("Arn"),
        "source": "'resource-explorer'",
        "account": fields.text("OwningAccountId"),
        "region": fields.text("Region"),
        "type": f"coalesce(nullif({fields.text('CfnResourceType')}, ''), {fields.text('ResourceType')})",
        "captured_at": sql.moment(fields.text("LastReportedAt")),
        "tags": f"CASE WHEN data <> 'null' THEN {map_of_pairs('data')} END",
    }
    regular = [f"{fields.kind('Arn')} = 'VARCHAR'", fields.is_moment("LastReportedAt")]
    regular += [fields.is_text(name) for name in ("OwningAccountId", "Region", "CfnResourceType", "ResourceType")]
    others = (arn, "awsRegion", "configurationItemStatus", "ResourceARN")
    regular += [f"{fields.listed(name)} IS NULL" for name in others]
    regular.append(f"{fields.kind('Properties')} IN ('NULL', 'ARRAY')")
    regular.append(f"CASE WHEN {fields.kind('Properties')} = 'ARRAY' THEN len({tagged}) <= 1 ELSE TRUE END")
    regular.append(f"data IS NULL OR data = 'null' OR {are_pairs('data')}")
    rows = f"SELECT *, CAST({tags} AS VARCHAR) AS data FROM ({fields.rows(relation)}) AS f"  # noqa: S608 - ours
    return sql.staged_rows(rows, columns, regular)


def no_page(relation: str) -> str:
    """The records of a relation, of which each has to be one by itself, and no page of AWS's that has a list.

    An example: tests/inventory/sql/no_page.sql
    """
    names = sql.texts([f'$."{name}"' for name in PAGE_LISTS])
    head = rf'^\{{[ \t]*"({"|".join(PAGE_HEADS)})"'
    listed = f"len(list_filter(json_type(line, [{names}]), lambda t: t IS NOT NULL)) > 0"
    page = f"regexp_matches(line, {literal(head)}) OR {listed}"
    return f"SELECT CASE WHEN {page} THEN error('not regular') ELSE line END AS line FROM ({relation}) AS p"  # noqa: S608
