"""`coverage --list`: a row for every resource, as JSON or CSV, written as they come."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO

from policyengine.analysis.coverage import JudgedResource
from policyengine.aws.facts import backup_name

FIELDS = ("arn", "account", "region", "type", "protected", "plans", "reason", "through", "notes")
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(resource: JudgedResource) -> dict[str, object]:
    """A resource as coverage.md has it."""
    return {
        "arn": resource.arn,
        "account": resource.account,
        "region": resource.region,
        "type": backup_name(resource.type),
        "protected": resource.protected,
        "plans": list(resource.plans),
        "reason": resource.reason.value if resource.reason else None,
        "through": resource.through,
        "notes": [note.value for note in resource.notes],
    }


def as_json(resources: Iterable[JudgedResource]) -> Iterator[str]:
    """A JSON list, each resource on its line."""
    before = "[\n"
    for resource in resources:
        yield f"{before}{json.dumps(row(resource))}"
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def as_json_lines(resources: Iterable[JudgedResource]) -> Iterator[str]:
    """A JSON text a line, for what reads tables."""
    return (f"{json.dumps(row(resource))}\n" for resource in resources)


def as_csv(resources: Iterable[JudgedResource]) -> Iterator[str]:
    """A table with a header; lists are JSON texts, what is unknown is empty. No cell is a formula to a spreadsheet."""
    yield _line(FIELDS)
    for resource in resources:
        yield _line([_cell(value) for value in row(resource).values()])


def _line(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value)
    return f"'{text}" if text.startswith(_LIKE_A_FORMULA) else text
