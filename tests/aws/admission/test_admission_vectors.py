"""AWS's own verdicts on documents, through the door of the room."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aws.admission.builders import of_text

from policyengine.aws.admission import admit

AT = datetime(2026, 9, 13, 6, 20, tzinfo=UTC)
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_verdict_is_that_of_aws(case: dict[str, Any]) -> None:
    outcome = admit(of_text(json.dumps(case["document"])), at=AT)

    assert (not outcome.failed) == case["admitted"]
    assert bool(outcome.diagnostics) != case["admitted"]


def test_what_is_admitted_comes_back_as_it_is() -> None:
    for case in CASES:
        document = of_text(json.dumps(case["document"]))
        assert (admit(document, at=AT).value is document) == case["admitted"], case["name"]
