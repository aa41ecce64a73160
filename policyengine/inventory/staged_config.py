"""Items of AWS Config, from queries and snapshots, in SQL: what `ConfigItems` reads of them (facts 14.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policyengine.analysis.coverage.coverage_sql import literal
from policyengine.aws.facts.inventories import SUPPLEMENTARY, Path, config_paths, config_types
from policyengine.inventory import staging_sql as sql
from policyengine.inventory.config_items import DELETED, SOURCE
from policyengine.inventory.duckdb_tables import arn_type, in_odd_case
from policyengine.inventory.staged_json import NUMBERS, RecordFields

_BESIDE, _BUCKET = "supplementaryConfiguration", "AWS::S3::Bucket"
_STATUS, _RULES = "BucketVersioningConfiguration", "ServerSideEncryptionConfiguration"
_DEFAULT = "$.rules[0].applyServerSideEncryptionByDefault"
_KEY = f"{_DEFAULT}.kmsMasterKeyID"
_SIZES = {"size_gb", "bytes"}
_READ = ("state", "engine", "kms")
_SKIPPED = "'NULL', 'OBJECT', 'ARRAY'"  # kinds of values beside which the next path counts


def staged_config(relation: str, *, packed: bool) -> str:
    """The query for the table of items.

    `gone` marks resources that were deleted, and items that are no resource and have no ARN.

    An example: tests/inventory/sql/staged_config.sql
    """
    fields = RecordFields()
    items = _Items(fields)
    is_item = "TRUE" if packed else f"{fields.listed('awsRegion')} IS NOT NULL"
    arn, columns, parents = items.arn(), items.columns(), ", ".join(items.parents())
    regular = " AND ".join(f"({condition})" for condition in items.regular())
    rows = f"SELECT *, {arn} AS arn FROM ({fields.rows(relation)}) AS f"  # noqa: S608 - ours
    within = f"list_filter(list_concat({parents}), lambda p: p IS NOT NULL)"
    rows = f"SELECT *, {within} AS ps FROM ({rows}) AS i"  # noqa: S608 - ours
    return sql.staged_rows(
        rows,
        columns,
        [is_item, f"CASE WHEN arn IS NULL THEN {items.nameless} ELSE {regular} END"],
        {"gone": f"arn IS NULL OR {items.gone}"},
    )


def with_texts_of_buckets(relation: str) -> str:
    """The records of a relation, and beside them the texts of JSON that items of buckets have in them.

    An example: tests/inventory/sql/with_texts_of_buckets.sql
    """
    paths = sql.texts([f'$."{_BESIDE}"."{part}"' for part in (_STATUS, _RULES)])
    inside = f"list_filter(json_extract_string(line, [{paths}]), lambda x: starts_with(x, '{{'))"
    every = f"CASE WHEN contains(line, {literal(_BUCKET)}) THEN list_prepend(line, {inside}) ELSE [line] END"
    return f"SELECT unnest({every}) AS line FROM ({relation}) AS b"  # noqa: S608 - ours


class _Items:
    """Expressions over the fields of items; `gone` and `nameless` are those that are deleted, and may lack an ARN."""

    def __init__(self, fields: RecordFields) -> None:
        self._fields = fields
        self._type = fields.text("resourceType")
        self.gone = f"coalesce(starts_with({fields.text('configurationItemStatus')}, {literal(DELETED)}), FALSE)"
        kinds = sql.texts(config_types())
        self.nameless = f"{self.gone} OR ({fields.kind('resourceType')} = 'VARCHAR' AND {self._type} NOT IN ({kinds}))"

    def arn(self) -> str:
        """The ARN; null for an item that has none."""
        name = self._fields.text("resourceId")
        of_name = (
            f"CASE WHEN {self._fields.kind('resourceId')} = 'VARCHAR' AND starts_with({name}, 'arn:') THEN {name} END"
        )
        return f"coalesce(nullif({self._fields.text('arn')}, ''), {self._fields.text('ARN')}, {of_name})"

    def columns(self) -> dict[str, str]:
        """The columns of the table."""
        values = {name: self._by_type({kind: self._value(kind, name) for kind in config_types()}) for name in _READ}
        versioning = f"CASE WHEN {self._type} = {literal(_BUCKET)} THEN {self._versioning()} END"
        return {
            **values,
            "arn": "arn",
            "source": literal(SOURCE),
            "account": self._account(),
            "region": self._fields.text("awsRegion"),
            "type": self._type,
            "tags": self._fields.tags("tags"),
            "facts": f"CASE WHEN {versioning} IS NOT NULL THEN map(['versioning'], [{versioning}]) END",
            "parents": f"CASE WHEN len(ps) > 0 AND ({arn_type('arn')}) IS NOT NULL THEN ps END",
            "captured_at": sql.moment(self._fields.text("configurationItemCaptureTime")),
        }

    def regular(self) -> Iterator[str]:
        """The conditions, in SQL, that each item has to meet."""
        fields = self._fields
        for name in ("arn", "ARN", "awsAccountId", "accountId", "awsRegion", "resourceType", "configurationItemStatus"):
            yield fields.is_text(name)
        yield f"{fields.text('ARN')} IS NULL OR {fields.text('ARN')} <> ''"
        for name in ("configurationItemCaptureTime", "resourceCreationTime"):
            yield fields.is_moment(name)
        yield fields.are_tags("tags")
        yield f"NOT {self.gone} OR NOT coalesce({in_odd_case('arn')}, TRUE)"
        by_type = {kind: " AND ".join(f"({each})" for each in self._regular(kind)) for kind in config_types()}
        yield self._by_type(by_type, "TRUE")

    def parents(self) -> Iterator[str]:
        """Lists of the ARNs of what an item belongs to."""
        for kind in config_types():
            for path, form in config_paths(kind).parents.items():
                names = self._names(path)
                yield f"CASE WHEN {self._type} = {literal(kind)} THEN {self._arns(names, form)} ELSE [] END"
        related: dict[tuple[str, str], list[str]] = {}
        for kind in ("", *config_types()):
            for other, form in config_paths(kind).related.items():
                related.setdefault((other, form), []).append(kind)
        for (other, form), kinds in related.items():
            where = "TRUE" if "" in kinds else f"{self._type} IN ({sql.texts(kinds)})"
            yield f"CASE WHEN {where} THEN {self._arns(self._related(other), form)} ELSE [] END"

    def _by_type(self, values: Mapping[str, str], otherwise: str = "NULL") -> str:
        whens = " ".join(f"WHEN {literal(kind)} THEN {value}" for kind, value in values.items() if value)
        return f"CASE {self._type} {whens} ELSE {otherwise} END"

    def _account(self) -> str:
        ids = (f"nullif({self._fields.text(name)}, '')" for name in ("awsAccountId", "accountId"))
        return f"coalesce({', '.join(ids)})"

    def _value(self, kind: str, name: str) -> str:
        """The text at the first of the paths of a fact that has a value."""
        ways = [self._at(path) for path in config_paths(kind).facts.get(name, ())]
        return f"coalesce({', '.join(ways)})" if ways else ""

    def _at(self, path: Path) -> str:
        if path[0] == SUPPLEMENTARY:
            return self._key()
        steps = ("configuration", *path)
        return f"CASE WHEN {self._fields.kind(*steps)} NOT IN ({_SKIPPED}) THEN {self._fields.text(*steps)} END"

    def _regular(self, kind: str) -> Iterator[str]:
        """The conditions, in SQL, that the configuration of an item of a type has to meet."""
        fields, paths = self._fields, config_paths(kind)
        yield f"{fields.kind('configuration')} IN ('NULL', 'OBJECT')"
        for name, ways in paths.facts.items():
            for path in ways:
                if path[0] == SUPPLEMENTARY:
                    continue
                steps = ("configuration", *path)
                for length in range(2, len(steps)):
                    yield self._is_passed(steps[:length])
                yield self._is_read(name, steps)
        for path in paths.parents:
            yield self._is_parent(("configuration", path[0]), listed=len(path) > 1)
        if kind == _BUCKET:
            yield from self._regular_bucket()

    def _is_passed(self, steps: tuple[str, ...]) -> str:
        """Whether the way through a value is plain: no list, and no text of JSON."""
        kind, text = self._fields.kind(*steps), self._fields.text(*steps)
        return f"{kind} <> 'ARRAY' AND ({kind} <> 'VARCHAR' OR NOT regexp_matches({text}, '^[{{\\[]'))"

    def _is_read(self, name: str, steps: tuple[str, ...]) -> str:
        kind, text = self._fields.kind(*steps), self._fields.text(*steps)
        if name in _SIZES:
            condition = f"{kind} IN ({NUMBERS}) AND {sql.is_size(text)}"
        elif name == "created":
            number = f"{kind} IN ({NUMBERS}) AND {sql.is_time(text)}"
            condition = f"CASE WHEN {kind} = 'VARCHAR' THEN {sql.is_moment(text)} ELSE {number} END"
        else:
            condition = f"{kind} = '{'BOOLEAN' if name == 'encrypted' else 'VARCHAR'}'"
        return f"{kind} IN ({_SKIPPED}) OR ({condition})"

    def _is_parent(self, steps: tuple[str, ...], *, listed: bool) -> str:
        kind, text = self._fields.kind(*steps), self._fields.text(*steps)
        if not listed:
            return f"{kind} IN ('NULL', 'VARCHAR')"
        nested = f"len(list_filter({_elements(text)}, lambda e: NOT starts_with(e, '{{'))) = 0"
        condition = f"{nested} AND NOT contains({text}, ':[')"
        return f"CASE {kind} WHEN 'NULL' THEN TRUE WHEN 'ARRAY' THEN {condition} ELSE FALSE END"

    def _names(self, path: Path) -> str:
        """The list of what stands at a path of a configuration."""
        steps = ("configuration", path[0])
        if len(path) == 1:
            return f"[{self._fields.text(*steps)}]"
        elements = f"CASE WHEN {self._fields.kind(*steps)} = 'ARRAY' THEN {_elements(self._fields.text(*steps))} END"
        return f"list_transform({elements}, lambda e: {_text_in('e', path[1])})"

    def _related(self, kind: str) -> str:
        """The list of the names of what an item is related to, of a type."""
        text = self._fields.text("relationships")
        named = f"{self._fields.kind('relationships')} = 'ARRAY' AND contains({text}, {literal(kind)})"
        name = f"CASE WHEN {_text_in('e', 'resourceType')} = {literal(kind)} THEN {_text_in('e', 'resourceId')} END"
        return f"list_transform(CASE WHEN {named} THEN {_elements(text)} END, lambda e: {name})"

    def _arns(self, names: str, form: str) -> str:
        """The ARNs of names, in a form with places to be filled in."""
        own = f"nullif({self._fields.text('awsRegion')}, '')"
        region = f"coalesce(nullif(lower(split_part(arn, ':', 4)), ''), {own}, 'None')"
        owner = "CASE WHEN regexp_full_match(split_part(arn, ':', 5), '[0-9]{12}') THEN split_part(arn, ':', 5) END"
        places = {
            "{partition}": "lower(split_part(arn, ':', 2))",
            "{region}": region,
            "{account}": f"coalesce({owner}, {self._account()}, 'None')",
            "{id}": "n",
        }
        parts = (places.get(part) or literal(part) for part in re.split(r"(\{\w+\})", form) if part)
        return f"coalesce(list_transform({names}, lambda n: CASE WHEN n <> '' THEN {' || '.join(parts)} END), [])"

    def _versioning(self) -> str:
        kind, text = self._fields.kind(_BESIDE, _STATUS), self._fields.text(_BESIDE, _STATUS)
        status = f"json_extract_string({text}, '$.status')"
        return f"CASE WHEN {kind} = 'OBJECT' OR starts_with({text}, '{{') THEN {status} END"

    def _key(self) -> str:
        kind, text = self._fields.kind(_BESIDE, _RULES), self._fields.text(_BESIDE, _RULES)
        key = f"json_extract_string({text}, {literal(_KEY)})"
        return f"CASE WHEN {kind} = 'OBJECT' OR starts_with({text}, '{{') THEN {key} END"

    def _regular_bucket(self) -> Iterator[str]:
        fields = self._fields
        yield f"{fields.kind(_BESIDE)} IN ('NULL', 'OBJECT')"
        status = "coalesce(json_type({0}, '$.status'), 'NULL') IN ('NULL', 'VARCHAR')"
        rules = " AND ".join(
            (
                "coalesce(json_type({0}, '$.rules'), 'NULL') IN ('NULL', 'ARRAY')",
                "coalesce(json_array_length({0}, '$.rules'), 0) <= 1",
                "coalesce(json_type({0}, '$.rules[0]'), 'OBJECT') = 'OBJECT'",
                f"coalesce(json_type({{0}}, {literal(_DEFAULT)}), 'NULL') IN ('NULL', 'OBJECT')",
                f"coalesce(json_type({{0}}, {literal(_KEY)}), 'NULL') IN ('NULL', 'VARCHAR')",
            )
        )
        for part, condition in ((_STATUS, status), (_RULES, rules)):
            kind, text = fields.kind(_BESIDE, part), fields.text(_BESIDE, part)
            inside = f"{kind} = 'OBJECT' OR ({kind} = 'VARCHAR' AND starts_with({text}, '{{'))"
            plain = f"{kind} = 'NULL' OR ({kind} = 'VARCHAR' AND NOT starts_with({text}, '['))"
            yield f"CASE WHEN {inside} THEN {condition.format(text)} ELSE {plain} END"


def _elements(text: str) -> str:
    return f"CAST(json_extract({text}, '$[*]') AS VARCHAR[])"


def _text_in(record: str, name: str) -> str:
    """The text of a name in a record; null where it is none."""
    path = literal(f'$."{name}"')
    return f"CASE WHEN json_type({record}, {path}) = 'VARCHAR' THEN json_extract_string({record}, {path}) END"
