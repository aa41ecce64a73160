"""The engine's ordering against the oracle's, and the oracle by hand."""

from __future__ import annotations

from typing import Any

import pytest
from analysis.diff.protection_laws import Trial, trials
from generators.protection import BOOKS, CENTRAL, TYPES

from oracle.ordering import Effect, effects, repeats_weekly
from policyengine.analysis.checks import CHECKS
from policyengine.analysis.diff import ChangeClass, compare
from policyengine.aws.merge import keys

pytestmark = pytest.mark.scale

_CHECKS = {check.RULE.name for check in CHECKS}
_EFFECTS = {
    ChangeClass.LOST: "loses",
    ChangeClass.WEAKENED: "loses",
    ChangeClass.STRENGTHENED: "wins",
    ChangeClass.ADDED: "wins",
}


def told(trial: Trial) -> dict[str, set[Effect]]:
    """What the engine says that accounts lose and win, but for what it has from checks."""
    found: dict[str, set[Effect]] = {}
    for change in compare(trial.base, trial.head).changes:
        if change.change_class in _EFFECTS and change.fact.partition(":")[0] not in _CHECKS:
            _, plan, *below = keys(change.path)
            place = (
                (below[0], below[1])
                if below[:1] == ["rules"]
                else (below[1], below[2])
                if "selections" in below
                else ()
            )
            for number in change.accounts:
                found.setdefault(number, set()).add(((plan, *place), _EFFECTS[change.change_class]))
    return found


def is_withheld(world: dict[str, Any], number: str) -> bool:
    """Whether AWS keeps the account's policy from it, since a plan has no rules: the oracle reads published policies."""
    return "unfinished" in world["shops"] and world["accounts"].get(number) == "Shops"


def differences(trial: Trial) -> list[str]:
    """The accounts of which engine and oracle say something else."""
    engine = told(trial)
    both = {*trial.worlds[0]["accounts"], *trial.worlds[1]["accounts"]}
    return [
        f"seed {trial.seed}, {number}: {sorted(oracle ^ engine.get(number, set()))}"
        for number in sorted(both)
        if all(repeats_weekly(world, number) and not is_withheld(world, number) for world in trial.worlds)
        and (oracle := effects(*trial.worlds, number)) != engine.get(number, set())
    ]


def test_the_engine_orders_as_the_oracle_does(pytestconfig: pytest.Config) -> None:
    first, number = pytestconfig.getoption("first_seed"), pytestconfig.getoption("changes")
    assert [text for trial in trials(first + 500_000, number) for text in differences(trial)] == []


def state(**facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    rule = {"target_backup_vault_name": "Main", "lifecycle": {"delete_after_days": "35"}}
    selection = {"iam_role_arn": "arn:aws:iam::$account:role/B", "tag_key": "backup", "tag_value": ["gold", "silver"]}
    plan = {"regions": ["eu-west-1"], "rules": {"nightly": rule}, "selections": {"tags": {"all": selection}}}
    lock = {"mode": "compliance", "min_retention_days": 30}
    main = {"name": "Main", "accounts": "*", "regions": ["eu-west-1"], "type": "standard", "lock": lock, "key": None}
    settings = {"cross_account_backup": True, "opt_in": {"eu-west-1": ["EC2", "RDS"]}, "dynamodb_advanced": None}
    found = {"accounts": {BOOKS: "Shops", CENTRAL: "Labs"}, "enabled": True, "root": {"daily": plan}, "shops": {}}
    return found | {"vaults": [main], "central": None, "roles": ["B"], "settings": settings} | facts


RULE, ALL = ("daily", "rules", "nightly"), ("daily", "tags", "all")
NO_LOCK = {"name": "Main", "accounts": "*", "regions": ["eu-west-1"], "type": "standard", "lock": None, "key": None}
ROWS = {
    "nothing": ({}, set()),
    "the lock is not known": ({"vaults": [NO_LOCK]}, {(RULE, "loses")}),
    "the vault is gone": ({"vaults": []}, {(RULE, "loses")}),
    "nobody looked": ({"vaults": None}, {(RULE, "loses")}),
    "the role is gone": ({"roles": []}, {(ALL, "loses")}),
    "a type is opted out": (
        {"settings": {"cross_account_backup": True, "opt_in": {"eu-west-1": ["EC2", "S3"]}, "dynamodb_advanced": None}},
        {(ALL, "loses"), (ALL, "wins")},
    ),
    "the type is disabled": ({"enabled": False}, {(("daily",), "loses")}),
    "the account leaves": ({"accounts": {CENTRAL: "Labs"}}, {(("daily",), "loses")}),
}


@pytest.mark.parametrize(("facts", "expected"), ROWS.values(), ids=list(ROWS))
def test_facts_that_change(facts: dict[str, Any], expected: set[Effect]) -> None:
    assert effects(state(), state(**facts), BOOKS) == expected
    other = {(subject, "wins" if effect == "loses" else "loses") for subject, effect in expected}
    assert effects(state(**facts), state(), BOOKS) == other


def with_rules(**rules: dict[str, Any]) -> dict[str, Any]:
    found = state()
    found["root"]["daily"]["rules"] = {
        name: {"target_backup_vault_name": "Main", **rule} for name, rule in rules.items()
    }
    return found


def kept(days: str, schedule: str) -> dict[str, Any]:
    return {"lifecycle": {"delete_after_days": days}, "schedule_expression": f"cron({schedule})"}


def test_runs_that_change() -> None:
    hours = with_rules(nightly=kept("35", "0 9-17 ? * MON-FRI *"))
    assert effects(hours, with_rules(nightly=kept("35", "0 9,17 ? * MON-FRI *")), BOOKS) == {(RULE, "loses")}
    greedy = with_rules(nightly=kept("35", "0 9-17 ? * MON-FRI *"), greedy=kept("36", "0 9 ? * * *"))
    assert effects(hours, greedy, BOOKS) == {(RULE, "loses"), (("daily", "rules", "greedy"), "wins")}
    assert effects(hours, with_rules(nightly=kept("36", "0 5 ? * * *")), BOOKS) == {(RULE, "loses"), (RULE, "wins")}


def test_everything_instead_of_a_list() -> None:
    named, everything = state(), state()
    for found, types in ((named, [TYPES["EC2"], TYPES["S3"]]), (everything, ["*"])):
        selection = {"iam_role_arn": "arn:aws:iam::$account:role/B", "resource_types": types}
        found["root"]["daily"]["selections"] = {"resources": {"some": selection}}
    some = ("daily", "resources", "some")
    assert effects(named, everything, BOOKS) == {(some, "loses"), (some, "wins")}
