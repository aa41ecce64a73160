"""`controls --format json`, written in pieces: a line for each resource."""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.controls import ControlResult, ControlRow
from policyengine.report.controls.result import EvaluatedControls
from policyengine.report.json_output import finding_json, stamp, to_json_line

SCHEMA = "policyengine/controls/1"


def render(evaluated: EvaluatedControls) -> Iterator[str]:
    """The document of `schema controls`, in pieces."""
    head = {"schema": SCHEMA, "at": stamp(evaluated.at), "framework": evaluated.framework or None}
    yield f'{to_json_line(head)[:-1]},\n "controls": ['
    between = "\n  "
    for result in evaluated.results:
        yield between
        yield from _control(result)
        between = ",\n  "
    findings = [finding_json(diagnostic) for diagnostic in evaluated.on_inventory]
    yield f'],\n "findings": {to_json_line(findings)}}}\n'


def _control(result: ControlResult) -> Iterator[str]:
    control = result.demand.control
    head = {
        "control": control.control,
        "rule": control.rule,
        "compliance": result.compliance.value,
        "basis": result.basis,
    }
    yield f'{to_json_line(head)[:-1]}, "resources": ['
    between = "\n    "
    for row in result.rows:
        yield f"{between}{to_json_line(_row(row))}"
        between = ",\n    "
    yield "]}"


def _row(row: ControlRow) -> dict[str, object]:
    return {
        "arn": row.subject,
        "account": row.account,
        "region": row.region,
        "compliance": row.compliance.value,
        "annotation": row.annotation,
    }
