"""Whatever stands in an expression, the checker says what is wrong with it at its place, or the engine can judge it."""

from __future__ import annotations

import random

import pytest
from analysis.requirements.comparison import differences, read
from generators.inventories import stocked
from generators.nonsense import STRANGE_LETS, nonsense
from generators.requirements import LETS

from policyengine.analysis.requirements import check_types
from policyengine.base.diagnostics import Severity
from policyengine.language.syntax.nodes import Require

pytestmark = pytest.mark.scale

BATCHES = pytest.mark.parametrize("seeds", [range(first, first + 10) for first in range(0, 50, 10)], ids=str)


def required(*conditions: str) -> str:
    return "".join(f"require r{number} {{\n  assert {text}\n}}\n" for number, text in enumerate(conditions))


@BATCHES
def test_every_fault_stands_inside_its_expression(seeds: range) -> None:
    for seed in seeds:
        dice = random.Random(seed)
        snapshot = stocked(dice)
        module = read(LETS + STRANGE_LETS + required(*(nonsense(dice, snapshot) for _ in range(30))))
        written = {
            found.name.text: found.assertions[0].condition.span
            for found in module.statements
            if isinstance(found, Require)
        }
        typed = check_types([module])
        assert typed.failed
        for found in typed.diagnostics:
            assert found.span
            assert any(span.start <= found.span.start < found.span.end <= span.end for span in written.values()), found
        faulty = [found.span for found in typed.diagnostics if found.severity is Severity.ERROR]
        for name in typed.value.names:
            span = written[name]
            assert not any(fault and span.start <= fault.start < span.end for fault in faulty), span.text


@BATCHES
def test_what_has_no_fault_is_judged_as_the_oracle_judges_it(seeds: range) -> None:
    for seed in seeds:
        dice = random.Random(seed)
        snapshot = stocked(dice)
        conditions = [nonsense(dice, snapshot, 3) for _ in range(30)]
        sound = check_types([read(LETS + required(*conditions))]).value.names
        text = LETS + required(*(found for number, found in enumerate(conditions) if f"r{number}" in sound))
        assert list(differences(snapshot, text)) == [], f"seed {seed}\n{text}"
