"""The same policies in another organization: vaults, their locks, settings of AWS Backup."""

from __future__ import annotations

import pytest
from analysis.diff.states import RULE, SELECTION, TO_ROOT, TREE, Told, compared, plan, rule, state, told, whole

BOUND = "{mode: compliance, min_retention_days: 7, max_retention_days: 90}"
GOVERNED, SEALED = "{mode: governance, min_retention_days: 7}", "{mode: compliance, min_retention_days: 7}"
NIGHTLY = "plan `daily`, rule `nightly`: "
COPY = RULE + 'copy to vault "Main" in eu-west-2 { retain = 35 days }\n'
ABROAD = RULE + 'copy to vault "Central" in eu-west-1 account "444444444444"\n'
AIR_GAPPED = RULE + 'air_gapped_vault = "arn:aws:backup:$region:$account:backup-vault:Safe"\n'


def vaults(lock: str = GOVERNED, regions: str = "eu-west-1", more: str = "", **facts: str) -> str:
    said = {"lock": lock} | facts
    entry = "".join(f", {name}: {fact}" for name, fact in said.items() if fact)
    return TREE + f'vaults: [{{name: Main, accounts: "*", regions: [{regions}]{entry}}}{more}]\n'


def opted(types: str) -> str:
    return f"{TREE}settings: {{opt_in: {{eu-west-1: [{types}]}}}}\n"


def upto(days: int) -> str:
    return GOVERNED.replace("}", f", max_retention_days: {days}}}")


ALLOWS = ", but the lock of vault `Main` in eu-west-1 allows "
KEPT = f"backups are kept for 35 days{ALLOWS}7 to %s"
SOON, LATER = (SEALED.replace("}", f", changeable_until: {day}}}") for day in ("2026-10-01", "2027-10-01"))
SEALS = "day from which on nobody can remove the lock of vault `Main`"
OTHER = ', {name: Other, accounts: "*", regions: [eu-west-1], lock: %s}'
ROWS = [
    ("a lock", whole(), vaults(GOVERNED), vaults(SEALED), [("strengthened", "lock of vault `Main` governance -> compliance")]),
    ("no lock", whole(), vaults(SEALED), vaults("none"), [("weakened", "lock of vault `Main` compliance -> none"), ("weakened", "minimum retention of vault `Main` 7 days -> 0 days")]),
    ("a minimum", whole(), vaults(), vaults(GOVERNED.replace("7", "3")), [("weakened", "minimum retention of vault `Main` 7 days -> 3 days")]),
    ("no minimum", whole(), vaults(), vaults("{mode: governance}"), [("weakened", "minimum retention of vault `Main` 7 days -> 0 days")]),
    ("a maximum", whole(), vaults(), vaults(upto(100)), [("changed", "maximum retention of vault `Main` forever -> 100 days")]),
    ("a maximum below the retention", whole(), vaults(), vaults(upto(20)), [("lost", KEPT % "20 days", "eu-west-1"), ("changed", "maximum retention of vault `Main` forever -> 20 days")]),
    ("a maximum that was below it", whole(), vaults(upto(20)), vaults(upto(10)), [("changed", "maximum retention of vault `Main` 20 days -> 10 days")]),
    ("a maximum of backups forever", whole(RULE.replace("retain = 35 days\n", "")), vaults(), vaults(upto(20)), [("lost", f"backups are kept forever{ALLOWS}7 to 20 days", "eu-west-1"), ("changed", "maximum retention of vault `Main` forever -> 20 days")]),
    ("a maximum that lets it in again", whole(), vaults(upto(20)), vaults(upto(40)), [("changed", "maximum retention of vault `Main` 20 days -> 40 days"), ("added", f"no longer a finding: {KEPT % '20 days'}", "eu-west-1")]),
    ("a minimum above the retention", whole(), vaults(), vaults(GOVERNED.replace("7", "60")), [("lost", f"backups are kept for 35 days{ALLOWS}60 days or more", "eu-west-1"), ("strengthened", "minimum retention of vault `Main` 7 days -> 60 days")]),
    ("a lock with a minimum above it", whole(), vaults("none"), vaults(GOVERNED.replace("7", "60")), [("lost", f"backups are kept for 35 days{ALLOWS}60 days or more", "eu-west-1"), ("strengthened", "lock of vault `Main` none -> governance"), ("strengthened", "minimum retention of vault `Main` 0 days -> 60 days")]),
    ("a vault that goes", whole(), vaults(), vaults(regions="eu-west-3"), [("lost", "vault `Main` is gone")]),
    ("a vault that comes", whole(), vaults(regions="eu-west-3"), vaults(), [("added", "vault `Main` is there now")]),
    ("nobody looked before", whole(), TREE, vaults(), [("strengthened", "it is known now that vault `Main` exists")]),
    ("nobody looks any more", whole(), vaults(), TREE, [("weakened", "nobody can tell any more whether vault `Main` exists")]),
    ("nobody looked, and it is missing", whole(), TREE, vaults(regions="eu-west-3"), [("lost", "there is no vault `Main` in eu-west-1", "eu-west-1"), ("changed", "it is known now that vault `Main` does not exist")]),
    ("a lock that can be removed for longer", whole(), vaults(SOON), vaults(LATER), [("weakened", f"{SEALS} 2026-10-01 -> 2027-10-01")]),
    ("a lock that can be removed for good", whole(), vaults(SOON), vaults(GOVERNED), [("weakened", f"{SEALS} 2026-10-01 -> none")]),
    ("a lock that cannot be removed some day", whole(), vaults(GOVERNED), vaults(SOON), [("strengthened", f"{SEALS} none -> 2026-10-01")]),
    ("a lock that can be removed again", whole(), vaults(SEALED), vaults(SOON), [("weakened", "lock of vault `Main` compliance -> governance")]),
    ("the lock is not known", whole(), vaults(), vaults(""), [("weakened", "nobody can tell any more: lock of vault `Main` governance -> not known")]),
    ("the lock is known again", whole(), vaults(""), vaults(), [("strengthened", "lock of vault `Main` not known -> governance")]),
    ("whether it is open is not known", whole(), vaults("none"), vaults(""), [("changed", "nobody can tell any more: lock of vault `Main` none -> not known")]),
    ("the type", whole(), vaults(BOUND, type="logically_air_gapped"), vaults(BOUND, type="standard"), [("weakened", "type of vault `Main` air_gapped -> standard"), ("added", "no longer a finding: vault `Main` in eu-west-1 is air-gapped, but a rule needs an ordinary vault", "eu-west-1")]),
    ("a lock that can still be removed", whole(), vaults(SEALED), vaults(SEALED.replace("}", ", changeable_until: 2026-10-01}")), [("weakened", "lock of vault `Main` compliance -> governance")]),
    ("a lock that could be removed until today", whole(), vaults(SEALED), vaults(SEALED.replace("}", ", changeable_until: 2026-09-13}")), []),
    ("nobody looked in its Region", whole(), vaults(), vaults(regions="eu-west-2") + "searched: {regions: [eu-west-2]}\n", [("weakened", "nobody can tell any more whether vault `Main` exists")]),
    ("whose it is is not known", whole(), vaults(), vaults().replace('accounts: "*", ', ""), [("weakened", "nobody can tell any more whether vault `Main` exists")]),
    ("the key", whole(), vaults(key="customer"), vaults(key="aws_managed"), [("changed", "key of vault `Main` customer -> aws_managed")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "base", "head", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_a_vault_that_is_not_what_it_was(policy: str, base: str, head: str, expected: list[tuple[str, ...]]) -> None:
    found = compared(state(policy, tree=base), state(policy, tree=head))
    assert told(found) == [Told(row[0], NIGHTLY + row[1], *row[2:]) for row in expected]
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


MAIN = "vault `Main` -> `Other`: "


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (SEALED, [("strengthened", f"{MAIN}lock governance -> compliance")]),
        ("none", [("weakened", f"{MAIN}lock governance -> none"), ("weakened", f"{MAIN}minimum retention 7 days -> 0 days")]),
        (GOVERNED.replace("7", "3"), [("weakened", f"{MAIN}minimum retention 7 days -> 3 days")]),
        (SEALED.replace("7", "3"), [("weakened", f"{MAIN}minimum retention 7 days -> 3 days"), ("strengthened", f"{MAIN}lock governance -> compliance")]),
        (GOVERNED, [("changed", "vault `Main` (governance lock) -> `Other` (governance lock)")]),
        ("", [("lost", "vault `Main` (governance lock) -> `Other` (does not exist)")]),
    ],
)  # fmt: skip
def test_another_vault(lock: str, expected: list[tuple[str, str]]) -> None:
    tree = vaults(more=OTHER % lock if lock else "")
    base, head = state(whole(), tree=tree), state(whole(RULE.replace("Main", "Other")), tree=tree)
    assert told(compared(base, head)) == [Told(change_class, NIGHTLY + said) for change_class, said in expected]


SAFES = ', {{name: {}, accounts: "*", regions: [eu-west-1], type: {}, lock: {}}}'
LONGER = SEALED.replace("7", "14")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (SAFES.format("Cave", "logically_air_gapped", LONGER), ("changed", "vault `Safe` (compliance lock) -> `Cave` (compliance lock)")),
        (SAFES.format("Cave", "logically_air_gapped", SEALED), ("weakened", "vault `Safe` -> `Cave`: minimum retention 14 days -> 7 days")),
        (SAFES.format("Cave", "standard", LONGER), ("weakened", "vault `Safe` -> `Cave`: type air_gapped -> standard")),
        ("", ("lost", "vault `Safe` (compliance lock) -> `Cave` (does not exist)")),
    ],
)  # fmt: skip
def test_another_air_gapped_vault(other: str, expected: tuple[str, str]) -> None:
    tree = vaults(more=SAFES.format("Safe", "logically_air_gapped", LONGER) + other)
    base, head = state(whole(AIR_GAPPED), tree=tree), state(whole(AIR_GAPPED.replace("Safe", "Cave")), tree=tree)
    assert Told(expected[0], f"{NIGHTLY}air-gapped {expected[1]}") in told(compared(base, head))


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
    copy = "plan `daily`, rule `nightly`, copy to `Safe` in eu-west-2: "
    assert told(found) == [
        Told("lost", f"{NIGHTLY}copies are kept for 35 days{ALLOWS.replace('`Main` in eu-west-1', '`Safe` in eu-west-2')}7 to 20 days", "eu-west-2"),
        Told("changed", f"{copy}maximum retention of vault `Safe` forever -> 20 days"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (RULE, RULE.replace("35", "120"), [("lost", f"backups are kept for 120 days{ALLOWS}7 to 100 days", "eu-west-1"), ("strengthened", "retention 35 days -> 120 days")]),
        (RULE, RULE.replace("Main", "Other"), [("lost", (KEPT % "20 days").replace("Main", "Other"), "eu-west-1"), ("changed", f"{MAIN}maximum retention 100 days -> 20 days")]),
    ],
    ids=["another retention", "another vault"],
)  # fmt: skip
def test_a_policy_that_does_not_fit_into_the_bounds(base: str, head: str, expected: list[tuple[str, ...]]) -> None:
    tree = vaults(upto(100), more=OTHER % upto(20))
    found = told(compared(state(whole(base), tree=tree), state(whole(head), tree=tree)))
    assert found == [Told(row[0], NIGHTLY + row[1], *row[2:]) for row in expected]


def test_bounds_say_nothing_where_the_retention_is_refused() -> None:
    policy = whole(RULE.replace("35 days", '"0"'))
    assert told(compared(state(policy, tree=vaults()), state(policy, tree=vaults(upto(20))))) == []


def test_an_air_gapped_vault_that_goes() -> None:
    safe = ', {name: Safe, type: logically_air_gapped, accounts: "*", regions: [eu-west-1]}'
    base, head = state(whole(AIR_GAPPED), tree=vaults(more=safe)), state(whole(AIR_GAPPED), tree=vaults())
    assert told(compared(base, head)) == [Told("lost", f"{NIGHTLY}air-gapped vault `Safe` is gone")]


SAFE = "air-gapped vault `Safe`"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (SAFES.format("Safe", "logically_air_gapped", LONGER.replace("14", "9")), f"minimum retention of {SAFE} 14 days -> 9 days"),
        (SAFES.format("Safe", "logically_air_gapped", "{mode: compliance}"), f"nobody can tell any more: minimum retention of {SAFE} 14 days -> not known"),
        (SAFES.format("Safe", "standard", LONGER), f"type of {SAFE} air_gapped -> standard"),
    ],
)  # fmt: skip
def test_what_an_air_gapped_vault_no_longer_has(now: str, expected: str) -> None:
    trees = (vaults(more=SAFES.format("Safe", "logically_air_gapped", LONGER)), vaults(more=now))
    base, head = (state(whole(AIR_GAPPED), tree=tree) for tree in trees)
    assert Told("weakened", NIGHTLY + expected) in told(compared(base, head))


def test_an_air_gapped_vault_of_which_nothing_is_known_any_more() -> None:
    before = vaults(more=SAFES.format("Safe", "logically_air_gapped", LONGER))
    base, head = state(whole(AIR_GAPPED), tree=before), state(whole(AIR_GAPPED))
    assert f"{NIGHTLY}nobody can tell any more whether {SAFE} exists" in {
        each.message for each in told(compared(base, head))
    }


OFF, ON = "no longer backs up `RDS`, whose opt-in is off", "now backs up `S3`, whose opt-in is on"
CLUSTERS = "Aurora, DocumentDB, Neptune"
UNSURE = "nobody can tell any more whether it backs up "


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (SELECTION, [("lost", OFF), ("added", ON)]),
        ('resource selection r { role = "Backup"  types = [RDS] }\n', []),
        ('resource selection r { role = "Backup"  types = ["*"]  except_types = [S3] }\n', [("lost", OFF)]),
    ],
    ids=["tags obey", "a named type goes past it", "what is excepted does not matter"],
)
def test_types_that_are_switched_off_and_on(selection: str, expected: list[tuple[str, str]]) -> None:
    policy = plan(rule(), selection)
    found = compared(
        state(policy, tree=opted(f"EC2, RDS, {CLUSTERS}")), state(policy, tree=opted(f"EC2, S3, {CLUSTERS}"))
    )
    name = "tag selection `all`" if selection is SELECTION else "resource selection `r`"
    assert told(found) == [Told(change_class, f"plan `daily`, {name}: {said}") for change_class, said in expected]


def test_types_that_share_a_pattern_obey_although_named() -> None:
    policy = plan(rule(), 'resource selection r { role = "Backup"  types = [FSx] }\n')
    found = compared(state(policy, tree=opted("EC2, FSx")), state(policy, tree=opted("EC2")))
    assert told(found) == [
        Told("lost", "plan `daily`, resource selection `r`: no longer backs up `FSx`, whose opt-in is off")
    ]


@pytest.mark.parametrize(
    ("types", "was", "is_now", "expected"),
    [
        ("[Aurora]", "Aurora, RDS", "RDS", [("lost", "no longer backs up `Aurora`, whose opt-in is off")]),
        ("[Aurora]", "Aurora, RDS", "Aurora", [("lost", "no longer backs up Multi-AZ clusters of RDS, whose opt-in is off")]),
        ("[Aurora]", "Aurora, RDS", "EC2", [("lost", "no longer backs up `Aurora` and Multi-AZ clusters of RDS, whose opt-in is off")]),
        ("[RDS]", "Aurora, RDS", "EC2", []),
        ('["*"]', "EC2", "EC2, RDS", [("added", "now backs up `RDS`, whose opt-in is on")]),
    ],
    ids=["Aurora", "RDS", "both", "no cluster is selected", "clusters go with their type"],
)  # fmt: skip
def test_clusters_of_rds_have_the_pattern_of_aurora_and_the_opt_in_of_rds(
    types: str, was: str, is_now: str, expected: list[tuple[str, str]]
) -> None:
    """Facts 2.3.3a."""
    policy = plan(rule(), f'resource selection r {{ role = "Backup"  types = {types} }}\n')
    found = compared(state(policy, tree=opted(was)), state(policy, tree=opted(is_now)))
    assert told(found) == [Told(kind, f"plan `daily`, resource selection `r`: {said}") for kind, said in expected]


def test_everything_instead_of_a_list_wins_only_what_is_opted_in_to() -> None:
    one = plan(rule(), 'resource selection r { role = "Backup"  types = [EC2, RDS] }\n')
    found = compared(*(state(policy, tree=opted("EC2, RDS")) for policy in (one, one.replace("[EC2, RDS]", '["*"]'))))
    assert [(change.change_class, change.effect) for change in found.changes] == [
        ("strengthened", "now selects `DSQL` and `RedshiftServerless`"),
        ("added", "now backs up Multi-AZ clusters of RDS"),
    ]


def test_everything_instead_of_a_list_loses_what_is_opted_out() -> None:
    two = plan(
        rule(), 'resource selection r { role = "Backup"  types = [EC2, RDS] }\n', regions="[eu-west-1, eu-west-2]"
    )
    tree = f"{TREE}settings: {{opt_in: {{eu-west-1: [EC2], eu-west-2: [EC2, RDS]}}}}\n"
    found = compared(state(two, tree=tree), state(two.replace("[EC2, RDS]", '["*"]'), tree=tree))
    assert told(found)[0] == Told(
        "lost",
        "plan `daily`, resource selection `r`: no longer backs up `RDS`, whose opt-in is off in eu-west-1",
        "eu-west-1",
    )


def test_an_opt_in_that_nobody_knows_any_more() -> None:
    other = opted("EC2").replace("eu-west-1", "eu-west-3")
    (lost, changed) = compared(state(whole(), tree=opted("EC2, RDS")), state(whole(), tree=other)).changes
    assert (lost.change_class, lost.effect) == ("weakened", f"{UNSURE}`EC2` and `RDS`, whose opt-in is not known")
    assert (changed.change_class, changed.effect.startswith(f"{UNSURE}`EBS`, ")) == ("changed", True)
    back = compared(state(whole(), tree=other), state(whole(), tree=opted("EC2, RDS"))).changes
    assert [change.change_class for change in back] == ["changed", "strengthened"]


def test_copies_to_other_accounts_are_switched_off() -> None:
    base, head = (f"{TREE}settings: {{cross_account_backup: {on}}}\n" for on in ("true", "false"))
    found = compared(state(whole(ABROAD), tree=base), state(whole(ABROAD), tree=head))
    assert told(found) == [Told("lost", f"{NIGHTLY}copies to other accounts are switched off in the organization")]
    assert found.changes[0].accounts == ("222222222222", "333333333333"), "to itself is no other account"
    back = compared(state(whole(ABROAD), tree=head), state(whole(ABROAD), tree=base))
    assert [change.change_class for change in back.changes] == ["added"]


@pytest.mark.parametrize(
    ("was", "is_now", "change_class"),
    [("true", "null", "weakened"), ("null", "true", "strengthened"), ("false", "null", "changed")],
)
def test_a_switch_that_nobody_knows(was: str, is_now: str, change_class: str) -> None:
    base, head = (f"{TREE}settings: {{cross_account_backup: {on}}}\n" for on in (was, is_now))
    found = compared(state(whole(ABROAD), tree=base), state(whole(ABROAD), tree=head))
    assert change_class in [change.change_class for change in found.changes]


PEERS = """\
policies:
  short: {content: {plans: {daily: {rules: {nightly: {lifecycle: {delete_after_days: {"@@assign": 7}}}}}}}}
  long: {content: {plans: {daily: {rules: {nightly: {lifecycle: {delete_after_days: {"@@assign": 400}}}}}}}}
"""


def test_an_attachment_order_that_nobody_knows_any_more() -> None:
    known = TREE.replace("name: Prod,", "name: Prod, policies: [long, short],") + PEERS
    unknown = known.replace("version: 1", "version: 1\nattachment_order: unknown")
    found = compared(state(whole(), tree=known), state(whole(), tree=unknown))
    guess = 'policy `long` at unit "Prod": the attachment order is not known; another order gives `7`'
    assert told(found) == [Told("weakened", f"{NIGHTLY}{guess}")]
    back = compared(state(whole(), tree=unknown), state(whole(), tree=known))
    assert told(back) == [Told("strengthened", f"{NIGHTLY}no longer a finding: {guess}")]


ON = "settings: {cross_account_backup: true, dynamodb_advanced: {eu-west-1: true}}\n"


def test_a_switch_that_nobody_knows_any_more_for_a_rule_that_is_renamed() -> None:
    late = plan(SELECTION, rule(ABROAD, name="late"))
    found = compared(state(whole(ABROAD), tree=TREE + ON), state(late, tree=TREE))
    unknown = "plan `daily`, rule `late`: nobody can tell any more whether "
    assert told(found) == [
        Told("weakened", f"{unknown}DynamoDB tables are copied: whether the advanced features are on"),
        Told("weakened", f"{unknown}copies to other accounts are switched on in the organization"),
        Told("changed", "plan `daily`, rule `late`: was called `nightly`"),
    ]
    assert {change.was_at.split("/")[3] for change in found.changes} == {"nightly"}


TABLES = 'resource selection r { role = "Backup"  types = [DynamoDB] }\n'
LOCAL = RULE + 'copy to vault "Copies" in eu-west-2\n'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (LOCAL, "copied"),
        (RULE.replace("35", "365") + "cold_after = 30 days\n", "moved to cold storage"),
        (AIR_GAPPED, "kept in an air-gapped vault"),
    ],
)
@pytest.mark.parametrize(
    "switch",
    [
        ("true", "false", "lost", "DynamoDB tables are not %s: the advanced features are off"),
        ("false", "true", "added", "DynamoDB tables are now %s: the advanced features are on"),
        ("true", "", "weakened", "nobody can tell any more whether DynamoDB tables are %s: whether the advanced features are on"),
    ],
)  # fmt: skip
def test_the_advanced_features_of_dynamodb(lines: str, expected: str, switch: tuple[str, str, str, str]) -> None:
    was, is_now, change_class, text = switch
    base, head = (
        TREE + (f"settings: {{dynamodb_advanced: {{eu-west-1: {on}}}}}\n" if on else "") for on in (was, is_now)
    )
    policy = plan(rule(lines), TABLES)
    found = told(compared(state(policy, tree=base), state(policy, tree=head)))
    assert found == [Told(change_class, NIGHTLY + text % expected)]


def test_the_advanced_features_need_the_opt_in_as_well() -> None:
    """A selection that names DynamoDB goes past the opt-in for its backups, but not for their copies (facts 2.3.5)."""
    policy = plan(rule(LOCAL), TABLES)
    base, head = state(policy, tree=opted("DynamoDB")), state(policy, tree=opted("EC2"))
    said = "DynamoDB tables are not copied: the opt-in to DynamoDB is off"
    assert Told("lost", f"{NIGHTLY}{said}") in told(compared(base, head))
    said = "nobody can tell any more whether DynamoDB tables are copied: whether the opt-in to DynamoDB is on"
    assert told(compared(base, state(policy, tree=TREE))) == [Told("weakened", f"{NIGHTLY}{said}")]


def test_an_account_that_copies_go_to_leaves_the_organization() -> None:
    gone = TREE.replace('accounts: [{id: "444444444444", name: lab}]', 'accounts: [{id: "555555555555", name: lab}]')
    found = told(compared(state(whole(ABROAD)), state(whole(ABROAD), tree=gone)))
    said = "account 444444444444 no longer belongs to the organization: copies there fail"
    assert Told("lost", NIGHTLY + said) in found
    back = told(compared(state(whole(ABROAD), tree=gone), state(whole(ABROAD))))
    assert Told("added", f"{NIGHTLY}account 444444444444 now belongs to the organization") in back


ROLES = 'roles: [{{name: {}, accounts: "*"}}]\n'
ROLE = "plan `daily`, tag selection `all`: role `arn:aws:iam::$account:role/Backup`"


@pytest.mark.parametrize(
    ("was", "is_now", "expected"),
    [
        ("Backup", "Other", ("lost", f"{ROLE}, which does not exist, so nothing is backed up")),
        ("Other", "Backup", ("added", f"{ROLE}, which exists")),
        ("Backup", "", ("weakened", f"{ROLE}: nobody can tell any more whether it exists")),
        ("", "Backup", ("strengthened", f"{ROLE}, which exists")),
    ],
)
def test_a_role_that_comes_and_goes(was: str, is_now: str, expected: tuple[str, str]) -> None:
    base, head = (TREE + (ROLES.format(name) if name else "") for name in (was, is_now))
    assert told(compared(state(whole(), tree=base), state(whole(), tree=head))) == [Told(*expected)]


def test_a_role_with_a_typing_error() -> None:
    """The check that begins to fail stands at the same setting, and says no more."""
    tree = TREE + ROLES.format("Backup")
    found = compared(state(whole(), tree=tree), state(whole().replace('"Backup"', '"Backpu"'), tree=tree))
    assert [finding.name for finding in found.new_findings] == ["role-missing"]
    said = "`arn:aws:iam::$account:role/Backup` -> `arn:aws:iam::$account:role/Backpu`, which does not exist"
    assert told(found) == [Told("lost", f"plan `daily`, tag selection `all`: role {said}, so nothing is backed up")]


def test_a_finding_of_several_places_that_goes_at_the_first_of_them_is_not_new_at_the_others() -> None:
    """`check` tells a missing role once, at the first selection that names it."""
    tree = TREE + ROLES.format("Other")
    first = whole().replace(TO_ROOT, "")
    second = first.replace("baseline", "more").replace("plan daily", "plan weekly")
    both = first + second + "attach baseline, more to root\n"
    found = compared(state(both, tree=tree), state(both.replace("baseline, more", "more"), tree=tree))
    assert [(change.change_class, change.path) for change in found.changes] == [
        ("lost", "plans/daily"),
        ("strengthened", "plans/daily/selections/tags/all/iam_role_arn"),
    ]
