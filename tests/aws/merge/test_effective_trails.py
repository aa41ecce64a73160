"""Where a value comes from: winners, losers, and what changed nothing."""

from __future__ import annotations

import pytest
from aws.merge.chains import Levels, account_policy, plan

from policyengine.aws.documents import CONTROL as N


def trail(levels: Levels) -> list[str]:
    """The trail of `regions`: policy, operator, outcome, `=` where nothing changed."""
    account = account_policy(levels)
    assert account.resolved is not None
    node = account.resolved.root.find(("plans", "p", "regions"))
    assert node is not None
    return [f"{s.policy.name} {s.operator} {s.outcome}{'' if s.changed else ' ='}" for s in node.setting.trail]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param(
            [[plan(regions={"@@assign": ["a"]})], [plan(regions={"@@assign": ["b"]})]],
            ["p00 @@assign overridden", "p10 @@assign applied"],
            id="a lower assign overrides",
        ),
        pytest.param(
            [[plan(regions={"@@assign": ["a"]})], [plan(regions={"@@append": ["b"]})], [plan(regions={"@@assign": ["c"]})]],
            ["p00 @@assign overridden", "p10 @@append overridden", "p20 @@assign applied"],
            id="all that came before",
        ),
        pytest.param(
            [[plan(regions={"@@assign": ["a"]}), plan(regions={"@@assign": ["b"]}), plan(regions={"@@append": ["a"]})]],
            ["p00 @@assign applied", "p01 @@assign shadowed =", "p02 @@append applied ="],
            id="peers",
        ),
        pytest.param(
            [[plan(regions={"@@remove": ["x"], "@@append": ["a"], N: ["@@append"]})], [plan(regions={"@@assign": ["b"], "@@remove": ["a"]})]],
            ["p00 @@append applied", "p00 @@remove applied =", "p10 @@assign blocked =", "p10 @@remove blocked ="],
            id="blocked",
        ),
    ],
)  # fmt: skip
def test_trails(levels: Levels, expected: list[str]) -> None:
    assert trail(levels) == expected
