"""Rows of tables as resources, by the columns that `[inventory.columns]` names; and Tag Editor's table (facts 14.2).

A row is an object of JSON Lines, a line of a CSV or one of a Parquet file. A cell that is not there or empty is what
nobody looked up, but an empty cell of a column `tag:KEY` says that the tag is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from policyengine.aws.documents import Json
from policyengine.aws.resources import Resource, resource_of
from policyengine.aws.resources.identity import canonical
from policyengine.aws.resources.inventory_settings import COLUMNS, InventorySettings
from policyengine.base.text import listed, quoted
from policyengine.inventory.record_values import (
    ColumnValues,
    RecordError,
    account_of,
    arn_of,
    flag_of,
    json_of,
    moment_of,
    region_of,
    size_of,
    tags_of,
    text_of,
    value_phrase,
)

TAG = "tag:"
"""The beginning of columns that hold a tag each."""

TAG_EDITOR, TAG_EDITOR_TAG = ("ARN", "Identifier"), "Tag: "
"""Columns by which Tag Editor's lists are recognized, and the beginning of those that hold a tag each."""

NOT_TAGGED = "(not tagged)"
"""What such a column has where a resource lacks the tag."""


class TableRows:
    """Reads rows of a table, whose columns have the names of the settings."""

    def __init__(self, settings: InventorySettings, *, headers: tuple[str, ...] = ()) -> None:
        names = {name: settings.column(name) for name in COLUMNS}
        self.arn = names["arn"]
        self._names = names
        self._tags = [(header, header.removeprefix(TAG)) for header in headers if header.startswith(TAG)]
        self._account = ColumnValues(account_of, names["account"])
        self._created, self._captured = (ColumnValues(moment_of, names[name]) for name in ("created", "captured_at"))
        self._region = ColumnValues(region_of, names["region"])
        self._type, self._state, self._engine, self._kms, self._source = (
            ColumnValues(text_of, names[name]) for name in ("type", "state", "engine", "kms", "source")
        )

    def resource(self, row: Mapping[str, Json]) -> Resource:
        """The resource of a row. Raises `RecordError`."""
        names, cell = self._names, row.get
        arn = arn_of(cell(self.arn), self.arn)
        size, encrypted = cell(names["size_gb"]), cell(names["encrypted"])
        parents, facts = cell(names["parents"]), cell(names["facts"])
        resource = resource_of(
            arn,
            source=self._source.of(cell(names["source"])) or "table",
            account=self._account.of(cell(names["account"])),
            region=self._region.of(cell(names["region"])),
            named=self._type.of(cell(names["type"])),
            tags=self._tags_of(row),
            created=self._created.of(cell(names["created"])),
            state=self._state.of(cell(names["state"])),
            engine=self._engine.of(cell(names["engine"])),
            size_gb=None if size is None else size_of(size, names["size_gb"]),
            encrypted=None if encrypted is None else flag_of(encrypted, names["encrypted"]),
            kms=self._kms.of(cell(names["kms"])),
            parents=_parents(parents, names["parents"]) if parents else (),
            facts=_facts(facts, names["facts"]) if facts else {},
            captured_at=self._captured.of(cell(names["captured_at"])),
        )
        if resource is None:
            raise RecordError(names["arn"], f"expected the ARN of a resource, found {value_phrase(arn)}")
        return resource

    def _tags_of(self, row: Mapping[str, Json]) -> Mapping[str, str] | None:
        """The tags of the column, and those of columns of their own, which say of other keys nothing."""
        name = self._names["tags"]
        value = row.get(name)
        tags = tags_of(json_of(value, name) if isinstance(value, str) else value, name)
        if not self._tags:
            return tags
        own = {key: text for header, key in self._tags if (text := text_of(row.get(header), header)) is not None}
        for key in own.keys() & (tags or {}):
            if tags and tags[key] != own[key]:
                raise RecordError(f"{TAG}{key}", f"the key {quoted(key)} stands in {quoted(name)} with another value")
        return {**(tags or {}), **own}


def _parents(value: Json, path: str) -> tuple[str, ...]:
    """ARNs with spaces between, or a list of them."""
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return tuple(map(canonical, value.split()))
    if isinstance(value, list):
        arns = tuple(canonical(arn) for arn in value if isinstance(arn, str))
        if len(arns) == len(value):
            return arns
    raise RecordError(path, f"expected ARNs with spaces between them, found {value_phrase(value)}")


def _facts(value: Json, path: str) -> Mapping[str, Json]:
    """Further facts by their names; of versioning also the words of S3."""
    facts: Any = json_of(value, path)
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        raise RecordError(path, f"expected an object, found {value_phrase(facts)}")
    if isinstance(facts.get("versioning"), str):
        return {**facts, "versioning": facts["versioning"].lower() in {"enabled", "true"}}
    return facts


def lacking_column(settings: InventorySettings, headers: Collection[str]) -> str:
    """The message for a table without the column of ARNs, or one that the project names; empty for any other."""
    wanted = settings.column("arn")
    if wanted not in headers:
        return (
            f"expected a column {quoted(wanted)}, found {listed(headers) or 'none'}; name the column of ARNs in"
            ' policyengine.toml: `arn = "..."` under `[inventory.columns]`'
        )
    for name, column in settings.columns.items():
        if column not in headers:
            return (
                f"expected a column {quoted(column)}, which policyengine.toml names as `{name}` under"
                f" `[inventory.columns]`, found {listed(headers)}; add it to the table, or correct its name there"
            )
    return ""


class TagEditorRows:
    """Reads the rows of Tag Editor's CSV, whose columns `Tag: KEY` hold tags."""

    def __init__(self, headers: tuple[str, ...]) -> None:
        self._tags = [
            (header, header.removeprefix(TAG_EDITOR_TAG)) for header in headers if header.startswith(TAG_EDITOR_TAG)
        ]

    def resource(self, row: Mapping[str, Json]) -> Resource:
        """The resource of a row. Raises `RecordError`."""
        arn = arn_of(row.get("ARN"), "ARN")
        resource = resource_of(
            arn,
            source="tag-editor",
            region=region_of(row.get("Region"), "Region"),
            named=text_of(row.get("Type"), "Type"),
            tags=self._tags_of(row),
        )
        if resource is None:
            raise RecordError("ARN", f"expected the ARN of a resource, found {value_phrase(arn)}")
        return resource

    def _tags_of(self, row: Mapping[str, Json]) -> Mapping[str, str] | None:
        """The tags of a row; None where it has more of them than there are columns for."""
        tags = {
            key: text for header, key in self._tags if isinstance(text := row.get(header), str) and text != NOT_TAGGED
        }
        count = row.get("Tags")
        complete = not (isinstance(count, str) and count.isdigit()) or int(count) <= len(tags)
        return tags if complete else None
