"""The baseline: findings that a project has accepted as they are (interface.md section 1, `gate.baseline`).

`policyengine check --update-baseline` writes it; `read_baseline` takes what has become of the file since.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from policyengine.errors import ConfigurationError
from policyengine.model.shaped import read_shaped, schema_of
from policyengine.model.shapes import AccountId, Many, Part, Text
from policyengine.source import Source

_WHOLE = "a mapping with `schema` and `findings`"


class Accepted(Part):
    """What makes a finding the same finding tomorrow: everything that is said of it but place and severity."""

    name: Text = Field(description="name of the check")
    requirement: Text | None = Field(None, description="name of the requirement that the finding is about")
    file: Text | None = Field(
        None, description="file that the finding was in; only tells findings apart that are the same but for it"
    )
    path: str = Field("", description="path in the effective policy")
    region: Text | None = None
    policies: Many[Text] = ()
    message: Text
    values: Many[Text] = Field((), description="what the finding states, whatever its wording; empty: the message")
    accounts: Many[AccountId] = Field((), description="accounts on which it is accepted; empty: it concerns none")


class Baseline(Part):
    """The accepted findings, in written order."""

    schema_: Literal["policyengine/baseline/1"] = Field(alias="schema")
    findings: Many[Accepted]


def read_baseline(source: Source) -> Baseline:
    """The baseline that a text holds. Raises `ConfigurationError` with every fault and its line, one a line."""
    read = read_shaped(source, Baseline, baseline_schema, _WHOLE)
    if isinstance(read, list):
        raise ConfigurationError("\n".join(map(str, read)))
    return read


def baseline_schema() -> dict[str, Any]:
    """The JSON Schema of a baseline."""
    return schema_of(Baseline, "Accepted findings of a project")
