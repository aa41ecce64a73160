"""The same policies in another organization: vaults, their locks, settings of AWS Backup."""

from __future__ import annotations

import pytest
from diff.states import RULE, SELECTION, TREE, Told, compared, plan, rule, state, told, whole

VAULT = 'vaults: [{{name: Main, accounts: "*", regions: [{regions}], lock: {lock}}}{more}]\n'
GOVERNED, SEALED = "{mode: governance, min_retention_days: 7}", "{mode: compliance, min_retention_days: 7}"
NIGHTLY = "plan `daily`, rule `nightly`: "
COPY = RULE + 'copy to vault "Main" in eu-west-2 { retain = 35 days }\n'
ABROAD = RULE + 'copy to vault "Central" in eu-west-1 account "444444444444"\n'
AIR_GAPPED = RULE + 'air_gapped_vault = "arn:aws:backup:$region:$account:backup-vault:Safe"\n'


def vaults(lock: str = GOVERNED, regions: str = "eu-west-1", more: str = "") -> str:
    return TREE + VAULT.format(regions=regions, lock=lock, more=more)


def opted(types: str) -> str:
    return f"{TREE}settings: {{opt_in: {{eu-west-1: [{types}]}}}}\n"


def upto(days: int) -> str:
    return GOVERNED.replace("}", f", max_retention_days: {days}}}")


OTHER = ', {name: Other, accounts: "*", regions: [eu-west-1], lock: %s}'
ROWS = [
    ("a lock", whole(), vaults(GOVERNED), vaults(SEALED), [("strengthened", "lock of vault `Main` governance -> compliance")]),
    ("no lock", whole(), vaults(SEALED), vaults("none"), [("weakened", "lock of vault `Main` compliance -> none"), ("weakened", "minimum retention of vault `Main` 7 days -> 0 days")]),
    ("a minimum", whole(), vaults(), vaults(GOVERNED.replace("7", "3")), [("weakened", "minimum retention of vault `Main` 7 days -> 3 days")]),
    ("no minimum", whole(), vaults(), vaults("{mode: governance}"), [("weakened", "minimum retention of vault `Main` 7 days -> 0 days")]),
    ("a maximum", whole(), vaults(), vaults(upto(100)), [("changed", "maximum retention of vault `Main` forever -> 100 days")]),
    ("a maximum below the retention", whole(), vaults(), vaults(upto(20)), [("weakened", "maximum retention of vault `Main` forever -> 20 days")]),
    ("a maximum that was below it", whole(), vaults(upto(20)), vaults(upto(10)), [("changed", "maximum retention of vault `Main` 20 days -> 10 days")]),
    ("a maximum of backups forever", whole(RULE.replace("retain = 35 days\n", "")), vaults(), vaults(upto(20)), [("weakened", "maximum retention of vault `Main` forever -> 20 days")]),
    ("a maximum that lets it in again", whole(), vaults(upto(20)), vaults(upto(40)), [("changed", "maximum retention of vault `Main` 20 days -> 40 days")]),
    ("a minimum above the retention", whole(), vaults(), vaults(GOVERNED.replace("7", "60")), [("weakened", "minimum retention of vault `Main` 7 days -> 60 days")]),
    ("a lock with a minimum above it", whole(), vaults("none"), vaults(GOVERNED.replace("7", "60")), [("weakened", "minimum retention of vault `Main` 0 days -> 60 days"), ("strengthened", "lock of vault `Main` none -> governance")]),
    ("a vault that goes", whole(), vaults(), vaults(regions="eu-west-3"), [("lost", "vault `Main` is gone")]),
    ("a vault that comes", whole(), vaults(regions="eu-west-3"), vaults(), [("added", "vault `Main` is there now")]),
    ("nobody looked before", whole(), TREE, vaults(), []),
    ("nobody looks any more", whole(), vaults(), TREE, []),
    ("the lock is not known", whole(), vaults(), vaults().replace(f", lock: {GOVERNED}", ""), []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "base", "head", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_vault_that_is_not_what_it_was(policy: str, base: str, head: str, expected: list[tuple[str, str]]) -> None:
    found = compared(state(policy, tree=base), state(policy, tree=head))
    assert told(found) == [Told(change_class, NIGHTLY + message) for change_class, message in expected]
    assert all(change.causes == () for change in found.changes)


def test_two_locks_are_two_changes_with_ids_of_their_own() -> None:
    ids = {
        compared(state(whole(), tree=vaults(lock)), state(whole(), tree=vaults("none"))).changes[0].id
        for lock in (GOVERNED, SEALED)
    }
    assert len(ids) == 2


def test_a_vault_that_goes_in_one_of_two_regions() -> None:
    policy = whole(regions="[eu-west-1, eu-west-2]")
    base, head = vaults(regions="eu-west-1, eu-west-2"), vaults(regions="eu-west-2")
    assert told(compared(state(policy, tree=base), state(policy, tree=head))) == [
        Told("lost", f"{NIGHTLY}vault `Main` is gone in eu-west-1", "eu-west-1")
    ]


@pytest.mark.parametrize(
    ("lock", "change_class", "said"),
    [
        (SEALED, "strengthened", "vault `Main` (governance lock) -> `Other` (compliance lock)"),
        ("none", "weakened", "vault `Main` (governance lock) -> `Other` (not locked)"),
        (GOVERNED, "changed", "vault `Main` (governance lock) -> `Other` (governance lock)"),
        ("", "lost", "vault `Main` (governance lock) -> `Other` (does not exist)"),
    ],
)
def test_another_vault(lock: str, change_class: str, said: str) -> None:
    tree = vaults(more=OTHER % lock if lock else "")
    base, head = state(whole(), tree=tree), state(whole(RULE.replace("Main", "Other")), tree=tree)
    assert told(compared(base, head)) == [Told(change_class, NIGHTLY + said)]


def test_into_a_vault_that_exists_at_last() -> None:
    base, head = state(whole(RULE.replace("Main", "Gone")), tree=vaults()), state(whole(), tree=vaults())
    assert told(compared(base, head)) == [
        Told("added", f"{NIGHTLY}vault `Gone` (does not exist) -> `Main` (governance lock)")
    ]


def test_the_vault_of_a_copy() -> None:
    base, head = (vaults(lock, "eu-west-2, eu-west-1") for lock in (GOVERNED, SEALED))
    found = told(compared(state(whole(COPY), tree=base), state(whole(COPY), tree=head)))
    said = "lock of vault `Main` governance -> compliance"
    assert set(found) == {
        Told("strengthened", NIGHTLY + said),
        Told("strengthened", f"plan `daily`, rule `nightly`, copy to `Main` in eu-west-2: {said}"),
    }


def test_bounds_that_a_copy_does_not_fit_into() -> None:
    """It has the retention of its rule, whose own vault takes it."""
    safe = ', {{name: Safe, accounts: "*", regions: [eu-west-2], lock: {}}}'
    policy = whole(RULE + 'copy to vault "Safe" in eu-west-2\n')
    base, head = (vaults(more=safe.format(lock)) for lock in (GOVERNED, upto(20)))
    found = compared(state(policy, tree=base), state(policy, tree=head))
    assert told(found) == [
        Told(
            "weakened",
            "plan `daily`, rule `nightly`, copy to `Safe` in eu-west-2: maximum retention of vault `Safe` forever -> 20 days",
        )
    ]


@pytest.mark.parametrize(
    ("base", "head", "said"),
    [
        (RULE, RULE.replace("35", "120"), "retention 35 days -> 120 days"),
        (RULE, RULE.replace("Main", "Other"), "vault `Main` (governance lock) -> `Other` (governance lock)"),
    ],
    ids=["another retention", "another vault"],
)
def test_a_policy_that_does_not_fit_into_the_bounds(base: str, head: str, said: str) -> None:
    tree = vaults(upto(100), more=OTHER % upto(20))
    assert told(compared(state(whole(base), tree=tree), state(whole(head), tree=tree))) == [
        Told("weakened", NIGHTLY + said)
    ]


def test_bounds_say_nothing_where_the_retention_is_refused() -> None:
    policy = whole(RULE.replace("35 days", '"0"'))
    assert told(compared(state(policy, tree=vaults()), state(policy, tree=vaults(upto(20))))) == []


def test_an_air_gapped_vault_that_goes() -> None:
    safe = ', {name: Safe, type: logically_air_gapped, accounts: "*", regions: [eu-west-1]}'
    base, head = state(whole(AIR_GAPPED), tree=vaults(more=safe)), state(whole(AIR_GAPPED), tree=vaults())
    assert told(compared(base, head)) == [Told("lost", f"{NIGHTLY}air-gapped vault `Safe` is gone")]


OFF, ON = "no longer backs up `RDS`: the opt-in is off", "now backs up `Aurora`: the opt-in is on"


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (SELECTION, [("lost", OFF), ("added", ON)]),
        ('resource selection r { role = "Backup"  types = [RDS] }\n', []),
        ('resource selection r { role = "Backup"  types = [RDS, Aurora] }\n', [("added", ON)]),
        ('resource selection r { role = "Backup"  types = ["*"]  except_types = [Aurora] }\n', [("lost", OFF)]),
    ],
    ids=["tags obey", "a named type goes past it", "but for a few", "what is excepted does not matter"],
)
def test_types_that_are_switched_off_and_on(selection: str, expected: list[tuple[str, str]]) -> None:
    policy = plan(rule(), selection)
    found = compared(state(policy, tree=opted("EC2, RDS")), state(policy, tree=opted("EC2, Aurora")))
    assert told(found) == [
        Told(change_class, f"plan `daily`: {said} in eu-west-1", "eu-west-1") for change_class, said in expected
    ]


def test_an_opt_in_of_another_region_or_unknown_says_nothing() -> None:
    other = opted("EC2").replace("eu-west-1", "eu-west-3")
    assert told(compared(state(whole(), tree=opted("EC2, RDS")), state(whole(), tree=other))) == []
    assert told(compared(state(whole(), tree=TREE), state(whole(), tree=opted("EC2")))) == []


def test_copies_to_other_accounts_are_switched_off() -> None:
    base, head = (f"{TREE}settings: {{cross_account_backup: {on}}}\n" for on in ("true", "false"))
    found = compared(state(whole(ABROAD), tree=base), state(whole(ABROAD), tree=head))
    assert told(found) == [Told("lost", f"{NIGHTLY}copies to other accounts are switched off in the organization")]
    assert found.changes[0].accounts == ("222222222222", "333333333333"), "to itself is no other account"
    back = compared(state(whole(ABROAD), tree=head), state(whole(ABROAD), tree=base))
    assert [change.change_class for change in back.changes] == ["added"]
