"""The JSON Schemas of the commands' JSON outputs, by the name of the output."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

OUTPUTS = (
    "alarms",
    "check",
    "compile",
    "completion",
    "controls",
    "cost",
    "coverage",
    "diff",
    "drift",
    "effective",
    "explain",
    "explain-resource",
    "export",
    "fmt",
    "iam",
    "import",
    "init",
    "prove",
    "pull",
    "restore-tests",
    "rules",
    "schedule",
    "show",
    "statistics",
    "test",
    "validate",
)


def output_schema(name: str) -> Any:  # noqa: ANN401 - JSON
    """The schema of one of `OUTPUTS`."""
    return json.loads(files("policyengine.report.schemas").joinpath(f"{name}.json").read_text(encoding="utf-8"))
