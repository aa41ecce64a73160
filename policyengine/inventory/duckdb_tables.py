"""A Parquet table of resources as the view that coverage queries read: what `TableRows` reads of a row, in SQL.

The view takes the plain forms of columns and rows. What it does not take is counted, and read in Python instead, which
says what is wrong. What an ARN says of its resource comes from the tables of `facts/inventories.json`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from policyengine.analysis.coverage.coverage_sql import INVENTORY, literal, perhaps_leftover
from policyengine.aws.facts.inventories import (
    arn_forms,
    engines_without_backups,
    kind_words,
    parent_tags,
    shared_arn,
    type_patterns,
)
from policyengine.aws.resources import InventorySettings
from policyengine.aws.resources.inventory_settings import COLUMNS
from policyengine.inventory.table_rows import TAG, lacking_column

_TEXT, _MAP = ("VARCHAR",), ("MAP(VARCHAR, VARCHAR)",)
_MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "DATE")
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "FLOAT", "DOUBLE")
_TYPES = {
    **dict.fromkeys(COLUMNS, _TEXT),
    **dict.fromkeys(("tags", "facts"), _MAP),
    **dict.fromkeys(("created", "captured_at"), _MOMENTS),
    "size_gb": _NUMBERS,
    "encrypted": ("BOOLEAN",),
    "parents": ("VARCHAR[]",),
}
"""The types of columns that the view takes, in DuckDB's words."""

_LARGE, _LONGEST_ARN = "1e300", 2048
_SIMPLE = re.compile(r"([a-z/:-]*)\[\^([/:]+)\]\+")
_PARTITION = "arn:aws:"  # of which ARNs are looked at the quick way
_INVENTORY = tuple(column.split()[0] for column in INVENTORY)
_PLACE = {"account", "region", "type"}
_LACKS_VALUE = "list_count(map_values(tags_)) <> cardinality(tags_)"
_SHARED = "arn_type = 'Aurora'"  # what the ARNs of all clusters of the service `rds` say


class TableView:
    """The view over a table `name` with columns of the given types, which is to have them as `arn_`, `tags_`, ..."""

    def __init__(self, name: str, types: Mapping[str, str], settings: InventorySettings) -> None:
        self.name = name
        names = {name: settings.column(name) for name in COLUMNS}
        self._types = {name: types[column] for name, column in names.items() if column in types}
        self.columns = {f"{name}_": names[name] for name in self._types}
        self._beside = any(column.startswith(TAG) for column in types)
        self._is_whole = not lacking_column(settings, types)

    @property
    def is_readable(self) -> bool:
        """Whether all columns that must be there are, and all are of the types that the view takes."""
        return not self.misfits and self._is_whole and not self._beside

    @property
    def misfits(self) -> tuple[str, ...]:
        """The columns, by our names of them, that are of other types."""
        return tuple(name for name, kind in self._types.items() if kind not in _TYPES[name])

    @property
    def has_tags(self) -> bool:
        """Whether it has a column of tags."""
        return "tags" in self._types

    def tag_keys(self) -> str:
        """The query for the keys of tags."""
        keys = f"SELECT map_keys(tags_) AS ks FROM {self.name}"  # by itself: tenfold where rows go through the join
        return f"SELECT DISTINCT u.k FROM ({keys}) AS s CROSS JOIN UNNEST(s.ks) AS u(k)"

    @property
    def has_engines(self) -> bool:
        """Whether it has a column of engines."""
        return "engine" in self._types

    @property
    def has_facts(self) -> bool:
        """Whether it has a column of further facts."""
        return "facts" in self._types

    def has_parents(self, keys: Collection[str]) -> bool:
        """Whether resources may have parents; `keys` are those of the tags."""
        return "parents" in self._types or any(self._named_parents(keys))

    def gaps(self) -> str:
        """The query for how many maps of tags lack a value."""
        return f"SELECT count(CASE WHEN {_LACKS_VALUE} THEN 1 END) FROM {self.name}"

    def view(self, keys: Collection[str], *, proven: bool = False, suffix: str = "") -> str:
        """The SELECT of the view `inventory`; `keys` are those of its tags.

        `proven`: the columns of each row say what its ARN says. `suffix`: of a table with some of the rows.
        """
        table = f"{self.name}{suffix}"
        values = {
            "arn": "arn_",
            "account": "account",
            "region": "region",
            "type": self._type(),
            "tags": self._value("tags"),
            "state": self._text("state"),
            "engine": self._text("engine"),
            "parents": self._parents(keys),
            "kms": self._text("kms"),
            "versioning": self._versioning(),
            "of_any_type": f"coalesce({_SHARED} AND engine_type IS NULL, FALSE)",
        }
        columns = ", ".join(f"{values[name]} AS {name}" for name in _INVENTORY)
        return f"SELECT {columns} FROM ({self._by_columns(table) if proven else self._typed(table)}) AS t"

    def facts(self) -> str:
        """The query for the rows, those of them that the view cannot take, latest capture, sources."""
        unclear = " OR ".join(f"({condition})" for condition in self._unclear())
        captured, sources = self._captured_and_sources
        return (
            f"SELECT count(*), count(CASE WHEN {unclear} THEN 1 END), {captured}, "
            f"{sources} AS sources FROM ({self._typed(self.name)}) AS t"
        )

    def proven_facts(self) -> str | None:
        """The query for the same of a table whose columns say what its ARNs say, for ARNs of leftovers, and for hashes.

        What it counts as unclear are all rows of which that is not known for certain: more than the view cannot take.
        It does not look at tags, nor at what `odd_places` asks for. None for a table without the columns.
        """
        if not set(self._types) >= _PLACE:
            return None
        begin, plain = arn_by_columns()
        unclear = " AND ".join(["proven", *(f"({condition}) IS NOT TRUE" for condition in self._beyond_arns())])
        captured, sources = self._captured_and_sources
        rows = f"SELECT *, {begin} AS begin FROM {self.name}"
        return (
            f"SELECT count(*), count(*) - count(CASE WHEN {unclear} THEN 1 END), {captured}, {sources} AS sources, "
            f"count(CASE WHEN {perhaps_leftover('arn_')} THEN 1 END), count(DISTINCT {arn_hash('arn_')}) "
            f"FROM (SELECT *, {plain} AS proven FROM ({rows}) AS b) AS t"
        )

    def odd_places(self) -> str:
        """The query for how many accounts and Regions are not written as usual."""
        odd = (
            f"SELECT count(CASE WHEN NOT regexp_full_match(place, {literal(usual)}) THEN 1 END) AS n "
            f"FROM (SELECT DISTINCT {name}_ AS place FROM {self.name}) AS p"
            for name, usual in (("account", "([0-9]{12})?"), ("region", "[a-z0-9-]*"))
        )
        return f"SELECT sum(n) FROM ({' UNION ALL '.join(odd)}) AS o"

    @property
    def _captured_and_sources(self) -> tuple[str, str]:
        captured = "epoch(max(captured_at_))" if "captured_at" in self._types else "NULL"
        return captured, f"list(DISTINCT coalesce({self._text('source')}, 'table'))"

    def _unclear(self) -> Iterator[str]:
        """The conditions on which the view cannot take a row."""
        parts = "[^:]+:[^:]+:[^:]*:[^:]*:."
        yield f"arn_ IS NULL OR length(arn_) > {_LONGEST_ARN}"
        yield f"arn_type IS NULL AND NOT regexp_matches(arn_, '^(?i:arn):{parts}', 's')"
        yield in_odd_case("arn_")
        if "region" in self._types:
            yield "region_ <> lower(region_)"
        if "account" in self._types:
            yield f"{self._text('account')} IS NOT NULL AND NOT regexp_full_match(account_, '[0-9]{{12}}')"
        if "tags" in self._types:
            yield _LACKS_VALUE
        yield from self._beyond_arns()

    def _beyond_arns(self) -> Iterator[str]:
        """Those of these conditions that are about neither ARNs nor tags."""
        if "facts" in self._types:
            yield "facts_['types'] IS NOT NULL OR list_count(map_values(facts_)) <> cardinality(facts_)"
        if "parents" in self._types:
            yield "list_count(parents_) <> cardinality(parents_)"
            yield f"cardinality(list_filter(parents_, lambda p: {in_odd_case('p')})) > 0"
        if "size_gb" in self._types:
            yield f"NOT (size_gb_ >= 0 AND size_gb_ < {_LARGE})"

    def _value(self, name: str) -> str:
        kinds = dict(column.split(maxsplit=1) for column in INVENTORY)
        return f"{name}_" if name in self._types else f"CAST(NULL AS {kinds.get(name, 'VARCHAR')})"

    def _text(self, name: str) -> str:
        """A text, null where it is empty."""
        return f"nullif({name}_, '')" if name in self._types else "CAST(NULL AS VARCHAR)"

    def _by_columns(self, table: str) -> str:
        """The rows with what their columns say."""
        account, region = self._text("account"), self._text("region")
        return (
            f"SELECT *, {account} AS account, {region} AS region, type_ AS arn_type, "
            f"CAST(NULL AS VARCHAR) AS engine_type FROM {table}"
        )

    def _typed(self, table: str) -> str:
        """The rows with what their ARNs say: the place, the type, and what tells a type that shares its ARNs."""
        owner = "CASE WHEN regexp_full_match(split_part(arn_, ':', 5), '[0-9]{12}') THEN split_part(arn_, ':', 5) END"
        place = (
            f"coalesce({owner}, {self._text('account')}) AS account, "
            f"coalesce(nullif(lower(split_part(arn_, ':', 4)), ''), {self._text('region')}) AS region"
        )
        typed = f"SELECT *, {place}, {arn_type('arn_')} AS arn_type FROM {table}"
        shared = shared_arn()
        engine_type = (
            f"CASE WHEN {_SHARED} THEN coalesce({_cases(self._text('engine'), shared.engines)}, "
            f"{_cases(self._text('type'), shared.named)}) END"
        )
        return f"SELECT *, {engine_type} AS engine_type FROM ({typed}) AS s"

    def _type(self) -> str:
        engine = f"lower({self._text('engine')})"
        lacking = " ".join(
            f"WHEN arn_type = {literal(name)} AND {engine} IN ({_texts(sorted(engines))}) THEN NULL"
            for name, engines in engines_without_backups().items()
        )
        return f"CASE {lacking} ELSE coalesce(engine_type, arn_type) END"

    def _versioning(self) -> str:
        """The fact of buckets, in S3's words."""
        if "facts" not in self._types:
            return "CAST(NULL AS BOOLEAN)"
        text = "facts_['versioning']"
        return f"CASE WHEN {text} IS NOT NULL THEN lower({text}) IN ('enabled', 'true') END"

    def _parents(self, keys: Collection[str]) -> str:
        """The parents of the table, and those that tags of some keys name: a stack, the EKS cluster of a volume."""
        own, named = self._value("parents"), list(self._named_parents(keys))
        if not named:
            return own
        return f"list_filter(list_concat(coalesce({own}, []), [{', '.join(named)}]), lambda p: p IS NOT NULL)"

    def _named_parents(self, keys: Collection[str]) -> Iterator[str]:
        if not self.has_tags:
            return
        known = parent_tags()
        if known.stack in keys:
            yield f"CASE WHEN {self._type()} IS NOT NULL THEN nullif(tags_[{literal(known.stack)}], '') END"
        if driving := sorted(known.volume & set(keys)):
            driven = " OR ".join(f"tags_[{literal(key)}] IS NOT NULL" for key in driving)
            clusters = f"list_filter(map_keys(tags_), lambda k: starts_with(k, {literal(known.cluster)}))"
            name = f"substr(array_to_string({clusters}, ''), {len(known.cluster) + 1})"  # there is one
            head = "'arn:' || lower(split_part(arn_, ':', 2)) || ':eks:'"
            arn = f"{head} || region || ':' || account || ':cluster/' || {name}"
            yield f"CASE WHEN arn_type = 'EBS' AND ({driven}) AND cardinality({clusters}) = 1 THEN {arn} END"


def arn_type(arn: str) -> str:
    """The type that an ARN says (`identify`): the usual ones the quick way, all others by the regular expressions."""
    services = type_patterns()
    quick = [
        f"WHEN starts_with({arn}, {literal(f'{_PARTITION}{service}:')}) THEN {_type_of(arn, service, quick=True)}"
        for service in services
    ]
    any_of = "|".join(map(re.escape, services))
    whole = " ".join(
        f"WHEN regexp_matches({arn}, {literal(f'^[^:]*:[^:]*:{re.escape(service)}:')}, 'i') "
        f"THEN {_type_of(arn, service, quick=False)}"
        for service in services
    )
    other = f"WHEN regexp_matches({arn}, {literal(f'^[^:]*:[^:]*:({any_of}):')}, 'i') THEN CASE {whole} END"
    return f"CASE {' '.join(quick)} {other} END"


def arn_hash(arn: str) -> str:
    """The hash of an ARN, from behind: read from before, those of ten million others met, which cost another scan."""
    return f"hash(reverse({arn}))"


def arn_by_columns() -> tuple[str, str]:
    """The beginning of a row's ARN by its columns, up to the name, and the condition that its ARN has it.

    Of types alone that no engine tells apart, where account and Region are written as usual. The condition reads the
    beginning as `begin`.
    """
    undecided = {*shared_arn().types[:1], *engines_without_backups()}
    forms = [
        _PlainArn(name, service, form.group(1))
        for service, patterns in arn_forms().items()
        for pattern, name in patterns.items()
        if (form := _SIMPLE.fullmatch(pattern)) and name not in undecided
    ]
    plain = (
        f"coalesce(starts_with(arn_, begin) AND arn_ <> begin AND strlen(arn_) <= {_LONGEST_ARN} "
        f"AND CASE {_name_conditions(forms)} END, FALSE)"
    )
    return _arn_begin(forms), plain


class _PlainArn(NamedTuple):
    """A type whose ARNs have its service, a word such as `volume/`, and a name behind it.

    Without a word they have neither Region nor account.
    """

    type: str
    service: str
    word: str


def _arn_begin(forms: Collection[_PlainArn]) -> str:
    """The beginning of the ARN of a row by its type, Region and account."""
    placed = [form for form in forms if form.word]
    heads = " ".join(_when_type(form, f"{_PARTITION}{form.service}:") for form in placed)
    words = " ".join(_when_type(form, f":{form.word}") for form in placed)
    bare = " ".join(_when_type(form, f"{_PARTITION}{form.service}:::") for form in forms if not form.word)
    return (
        f"CASE WHEN type_ IN ({_texts([form.type for form in placed])}) "
        f"THEN concat(CASE type_ {heads} END, region_, ':', account_, CASE type_ {words} END) "
        f"ELSE CASE type_ {bare} END END"
    )


def _when_type(form: _PlainArn, value: str) -> str:
    return f"WHEN {literal(form.type)} THEN {literal(value)}"


def _name_conditions(forms: Iterable[_PlainArn]) -> str:
    """The branches by type that hold where a plain name ends the ARN."""
    by_condition: dict[str, list[str]] = {}
    for form in forms:
        by_condition.setdefault(_is_name(form.word), []).append(form.type)
    return " ".join(f"WHEN type_ IN ({_texts(types)}) THEN {condition}" for condition, types in by_condition.items())


def _is_name(word: str) -> str:
    """Whether nothing but a name without colons and slashes stands behind a word in an ARN that begins with it."""
    colons = "%:" * (6 + word.count(":")) + "%"  # one more than there are
    slashes = "%" + "/%" * (1 + word.count("/"))
    return f"arn_ NOT LIKE {literal(colons)} AND arn_ NOT LIKE {literal(slashes)}"


def _type_of(arn: str, service: str, *, quick: bool) -> str:
    forms = {name: pattern for pattern, name in arn_forms()[service].items()}
    simple = [
        f"WHEN {condition} THEN {literal(name)}"
        for name, pattern in forms.items()
        if quick and (condition := _by_usual_form(arn, service, pattern))
    ]
    exact = [
        f"WHEN regexp_full_match({arn}, {literal(f'(?i:arn):[^:]+:[^:]+:[^:]*:[^:]*:(?i:{pattern})')}, 's') "
        f"THEN {literal(name)}"
        for name, pattern in forms.items()
    ]
    return f"CASE {' '.join((*simple, *exact))} END"


def _by_usual_form(arn: str, service: str, pattern: str) -> str | None:
    """A condition that holds only for ARNs of a form, and for all that are written as usual; None for rarer forms."""
    form = _SIMPLE.fullmatch(pattern)
    if form is None:
        return None
    head, marks = form.groups()
    begin = f"{_PARTITION}{service}:"
    colons = begin + "%:" * (3 + head.count(":")) + "%"  # one more than there are
    slashes = "%" + "/%" * (1 + head.count("/"))
    more = f" AND {arn} NOT LIKE {literal(slashes)}" if "/" in marks else ""
    return f"{arn} LIKE {literal(f'{begin}%:%:{head}_%')} AND {arn} NOT LIKE {literal(colons)}{more}"


def in_odd_case(arn: str) -> str:
    """Whether an ARN is written as AWS does not: in capitals where small letters are usual, or the other way round."""
    words = "|".join(map(re.escape, sorted(set(kind_words().values()))))
    head = f"regexp_matches({arn}, '^(?:[^:]*:){{0,3}}[^:]*[A-Z]')"
    kind = f"regexp_matches({arn}, '^(?:[^:]*:){{5}}(?i:{words})[:/]')"
    usual = f"regexp_matches({arn}, '^(?:[^:]*:){{5}}(?:{words})[:/]')"
    return f"CASE WHEN {arn} = lower({arn}) THEN {arn} LIKE '%:hana/%' ELSE {head} OR ({kind} AND NOT {usual}) END"


def _cases(value: str, table: Mapping[str, str]) -> str:
    whens = " ".join(f"WHEN {literal(key)} THEN {literal(name)}" for key, name in table.items())
    return f"CASE lower({value}) {whens} END"


def _texts(texts: Collection[str]) -> str:
    return ", ".join(map(literal, texts))
