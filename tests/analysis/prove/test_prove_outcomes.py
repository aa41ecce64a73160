"""What comes out guaranteed, breakable or undecided: small projects, one idea each."""

from __future__ import annotations

import pytest
from analysis.prove.projects import (
    ORGANIZATION,
    RULE,
    SELECTION,
    counterexamples,
    outcomes,
    plan,
    policy,
    proven,
    require,
    under_attack,
)

LOCKED = policy(plan(lock="locked"), may="children may nothing")
APPENDING = policy(plan(lock="locked"), may="children may append")
OPEN = policy(plan())
COPYING = 'copy to vault "Central" in eu-central-1 account "333333333333"'
WITH_COPY = RULE.replace("}", COPYING + " }")
LEAVING = RULE.replace("}", COPYING.replace("333333333333", "999999999999") + " }")
WHERE = 'resource selection all { role = "Backup"  types = [EBS]  where prod: "aws:ResourceTag/env" == "prod" }'
CHOOSING = plan().replace(SELECTION, WHERE)
IN_PROD = '"\\"aws:ResourceTag/env\\" == \\"prod\\"" in selection.conditions'
WITH_TAG = RULE.replace("}", 'recovery_point_tags { Owner = "platform" } }')

KEPT = 'every rule where rule.plan == "daily" satisfies rule.retention >= 35 days'
EVERY_KEPT = "every rule satisfies rule.retention >= 35 days"

GUARANTEED = {
    "a locked plan": (LOCKED, KEPT),
    "a locked plan where others may come": (APPENDING, KEPT),
    "every rule, and nothing can come": (LOCKED, EVERY_KEPT),
    "what is locked lies behind an or": (LOCKED, f"({KEPT}) or (some rule satisfies rule.continuous)"),
    "no more than there are": (LOCKED, "not (at least 2 rule satisfies rule.retention >= 1 day)"),
    "the lock of a vault that nobody can change": (LOCKED, "every rule satisfies rule.vault.lock == compliance"),
    "a picked Region": (LOCKED, 'plans["daily"].rules["nightly"].in_region["eu-west-1"].vault.lock == compliance'),
    "a copy": (
        policy(plan(lock="locked", rule=WITH_COPY), may="children may nothing"),
        "every rule satisfies some copy satisfies copy.cross_region",
    ),
    "backups that leave the account": (
        policy(plan(lock="locked", rule=LEAVING), may="children may nothing"),
        "every rule satisfies rule.leaves_account and rule.leaves_region",
    ),
    "backups that stay, and no copy can come": (LOCKED, "no rule satisfies rule.leaves_account or rule.leaves_region"),
    "a copy that inherits its retention": (
        policy(plan(lock="locked", rule=WITH_COPY), may="children may nothing"),
        "every copy satisfies copy.retention == 35 days",
    ),
    "conditions that nobody can change": (
        policy(f"locked {CHOOSING}", may="children may nothing"),
        f"every selection satisfies {IN_PROD}",
    ),
}

GUARANTEED_TODAY = {
    "a locked condition, and others may come": (
        policy(CHOOSING.replace("where", "locked where")),
        f"some selection satisfies {IN_PROD}",
    ),
    "what leaves with a locked copy leaves whatever copies come": (
        policy(plan(rule=LEAVING.replace("copy to", "locked copy to"))),
        'plans["daily"].rules["nightly"].leaves_account',
    ),
    "some rule, and anything can come": (APPENDING, "some rule satisfies rule.retention >= 35 days"),
    "only the setting is locked": (
        policy(plan(rule=RULE.replace("retain", "locked retain"))),
        'plans["daily"].rules["nightly"].retention == 35 days',
    ),
    "a plan cannot be deleted": (OPEN, 'some plan satisfies plan.name == "daily"'),
    "nor a rule": (OPEN, 'some rule where rule.plan == "daily" satisfies rule.name == "nightly"'),
    "nor a selection": (OPEN, 'some selection where selection.plan == "daily" satisfies selection.kind == tag'),
    "a tag selection reaches every type": (OPEN, '"S3" in plans["daily"].resource_types'),
    "regions may only be added": (
        policy(plan(regions="[eu-west-1]  children may append in regions")),
        '"eu-west-1" in plans["daily"].regions',
    ),
    "at least": (APPENDING, "at least 1 rule satisfies rule.interval <= 1 day"),
    "a tag": (
        policy(plan(lock="locked", rule=WITH_TAG)),
        'plans["daily"].rules["nightly"].tags["Owner"] == "platform"',
    ),
}

BREAKABLE = {
    "a selection without the condition can come": (
        policy(CHOOSING.replace("where", "locked where")),
        f"every selection satisfies {IN_PROD}",
    ),
    "backups stay, and a copy can come": (OPEN, 'not plans["daily"].rules["nightly"].leaves_account'),
    "backups stay in the Region, and a copy can come": (OPEN, 'not plans["daily"].rules["nightly"].leaves_region'),
    "the rule can come to run where its copy goes": (
        policy(plan(rule=LEAVING)),
        'plans["daily"].rules["nightly"].leaves_region',
    ),
    "a rule can come whose backups stay": (
        policy(plan(lock="locked", rule=LEAVING), may="children may append"),
        "every rule satisfies rule.leaves_account",
    ),
    "an open setting": (OPEN, KEPT),
    "every rule, and a plan can come": (APPENDING, EVERY_KEPT),
    "a lock around open settings does not reach": (policy(plan(may="children may nothing")), KEPT),
    "a rule can come": (
        policy(plan(rule=RULE.replace("rule", "locked rule"))),
        'every rule where rule.plan == "daily" satisfies rule.retention >= 35 days',
    ),
    "no rule is continuous, and one can come": (APPENDING, "no rule satisfies rule.continuous"),
    "a Region can come": (
        policy(plan(regions="[eu-west-1]  children may append in regions")),
        "every rule satisfies rule.vault.exists",
    ),
    "a Region can go": (
        policy(plan(regions="[eu-west-1, eu-central-1]  children may remove in regions")),
        'plans["daily"].regions == [eu-west-1, eu-central-1]',
    ),
    "a Region can be taken for another": (
        policy(plan(regions="[eu-west-1]  children may append, remove in regions")),
        '"eu-west-1" in plans["daily"].regions',
    ),
    "a vault can be another": (OPEN, "every rule satisfies rule.vault.lock == compliance"),
    "a copy can come": (policy(plan(lock="locked", rule=WITH_COPY), may="children may append"), "no copy satisfies copy.retention < 35 days"),
    "too many": (APPENDING, "not (at least 2 rule satisfies rule.retention >= 1 day)"),
    "by the retention that a copy inherits": (
        policy(plan(rule=WITH_COPY)),
        "every copy satisfies copy.retention >= 35 days",
    ),
    "a tag": (policy(plan(rule=WITH_TAG)), 'plans["daily"].rules["nightly"].tags["Owner"] == "platform"'),
    "a tag in another case": (
        policy(plan(rule=WITH_TAG)),
        'plans["daily"].rules["nightly"].tags["Owner"] like "*"',
    ),
    "the role of a selection": (OPEN, 'every selection satisfies selection.role like "*/Backup"'),
    "the values of a selection": (OPEN, 'every selection satisfies "yes" in selection.values'),
}  # fmt: skip


ACCOUNTS, UNITS = {"management", "Shops/Online/books", "Shops/toys"}, {"Shops", "Shops/Online"}


@pytest.mark.parametrize(("text", "assertion"), GUARANTEED.values(), ids=GUARANTEED)
def test_guaranteed(text: str, assertion: str) -> None:
    found = outcomes(text + require(assertion))
    assert {path for path, outcome in found.items() if outcome == "guaranteed"} == ACCOUNTS | UNITS


@pytest.mark.parametrize(("text", "assertion"), GUARANTEED_TODAY.values(), ids=GUARANTEED_TODAY)
def test_guaranteed_but_for_accounts_that_are_created_later(text: str, assertion: str) -> None:
    """A policy makes AWS withhold the merged document, and an account that is created later has no last valid one."""
    found = proven(text + require(assertion))
    assert {path for path, result in found.items() if result.outcome == "guaranteed"} == ACCOUNTS
    assert {path: result.account and result.account.id for path, result in found.items() if path in UNITS} == {
        "Shops": None, "Shops/Online": None,
    }  # fmt: skip
    for counterexample in counterexamples(found):
        assert "an account that is created there gets nothing" in counterexample.broken
        assert under_attack(text + require(assertion), counterexample)[counterexample.account.path] == "invalid"


@pytest.mark.parametrize(("text", "assertion"), BREAKABLE.values(), ids=BREAKABLE)
def test_breakable(text: str, assertion: str) -> None:
    found = outcomes(text + require(assertion))
    assert set(found) == {"management", "Shops", "Shops/Online", "Shops/Online/books", "Shops/toys"}
    assert set(found.values()) == {"breakable"}


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        (
            LOCKED + require(KEPT.replace("35", "36")),
            "Shops",
            "it does not hold as it is: retention is 35 days; `r` asks for at least 36 days",
        ),
        (
            OPEN + require(KEPT.replace("35", "36")),
            "Shops/toys",
            "it does not hold as it is: retention is 35 days; `r` asks for at least 36 days",
        ),
        (
            policy(plan(lock="locked", rule=RULE.replace("Main", "Nobody")))
            + require('plans["daily"].rules["nightly"].vault.lock == compliance'),
            "Shops/toys",
            "it does not hold as it is: vault `Nobody` does not exist in eu-west-1",
        ),
    ],
    ids=["does not hold", "does not hold and is open", "does not hold for want of a vault"],
)
def test_violated(text: str, path: str, reason: str) -> None:
    result = proven(text)[path]
    assert (result.outcome, result.reason) == ("violated", reason)
    assert result.account is not None
    assert result.account.id is not None


def test_who_set_a_value_is_left_out_whatever_the_unit_is_called() -> None:
    organization = ORGANIZATION.replace("name: Shops", 'name: "Shops, and more"')
    text = policy(plan(lock="locked"), to='ou "Shops, and more"') + require(KEPT.replace("35", "36"))
    reason = "it does not hold as it is: retention is 35 days; `r` asks for at least 36 days"
    assert proven(text, organization)["Shops, and more"].reason == reason


def test_a_document_that_aws_withholds_as_it_is() -> None:
    found = proven(policy(plan(), "plan rest { regions = [eu-west-1] }") + require(KEPT))
    assert {found[path].outcome for path in ACCOUNTS} == {"undecided"}
    assert {found[path].reason for path in ACCOUNTS} == {"AWS withholds the effective policy as it is"}


def test_nobody_knows_the_vaults() -> None:
    organization = ORGANIZATION[: ORGANIZATION.index("vaults:")]
    result = proven(LOCKED + require("every rule satisfies rule.vault.lock == compliance"), organization)["Shops"]
    assert (result.outcome, result.reason) == (
        "undecided",
        "it cannot be decided as it is: nobody looked for vault `Main` in eu-west-1",
    )


def test_every_unit_and_account_but_the_root_is_a_target() -> None:
    lower = policy(plan(lock="locked"), may="children may nothing", to='ou "Shops"')
    assert outcomes(lower + require(KEPT)) == {
        "Shops": "breakable",  # by a policy beside it, which its controls do not bind
        "Shops/Online": "guaranteed",
        "Shops/Online/books": "guaranteed",
        "Shops/toys": "guaranteed",
        "management": "breakable",  # nothing keeps anybody from a plan of that name there
    }


def test_only_where_it_applies() -> None:
    found = outcomes(OPEN + require(KEPT, scope='account.tags["env"] == "prod"'))
    assert found == {"Shops": "breakable", "Shops/Online": "breakable", "Shops/Online/books": "breakable"}
    found = outcomes(OPEN + require(KEPT, scope='account.id == "222222222222"'))
    assert found == {"Shops": "breakable", "Shops/Online": "breakable", "Shops/Online/books": "breakable"}


def test_a_unit_without_accounts_is_a_target() -> None:
    organization = ORGANIZATION.replace(
        '      accounts: [{id: "333333333333"', '        - name: Empty\n      accounts: [{id: "333333333333"'
    )
    assert outcomes(LOCKED + require(KEPT), organization)["Shops/Empty"] == "guaranteed"
    assert outcomes(OPEN + require(KEPT), organization)["Shops/Empty"] == "breakable"


EMPTY = ORGANIZATION.replace(
    "    - name: Shops\n", "    - name: Labs\n      units: [{name: Empty}]\n    - name: Shops\n"
)


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        ('account.path like "Labs/*"', ["Labs", "Labs/Empty"]),
        ('account.path like "Labs/Empty/x*"', ["Labs/Empty"]),
        ('account.path like "*/x"', ["Labs", "Labs/Empty"]),
        ('account.path == "Labs/Empty/x"', ["Labs/Empty"]),
        ('account.path in ["Shops/x", "Labs/x"]', ["Labs"]),
        ('account.path == "Labs"', []),
        ('account.path != "Labs/x" and account.ou == "Labs/Empty"', ["Labs/Empty"]),
        ('account.tags["env"] == "test"', ["Labs", "Labs/Empty"]),
        ("account.management", []),
    ],
)
def test_accounts_that_could_be_put_into_units_without_any(scope: str, found: list[str]) -> None:
    kept = require(KEPT, scope=f'({scope}) and account.ou like "Labs*"')
    results = outcomes(LOCKED + kept, EMPTY)
    assert [
        path for path in results if path == "Labs/Empty" or (path == "Labs" and "Labs/Empty" not in found)
    ] == found[-1:]
    assert set(results.values()) <= {"guaranteed"}


def test_a_unit_is_no_better_than_an_empty_one_below_it() -> None:
    """An account that is put into `Empty` has none of the tags that the others have."""
    asked = require(f"({KEPT}) or account.management", scope='account.path like "Labs/*"')
    organization = EMPTY.replace(
        "units: [{name: Empty}]", 'units: [{name: Empty}]\n      accounts: [{id: "111111111111", name: m}]'
    )
    organization = organization.replace('  accounts: [{id: "111111111111", name: management}]\n', "")
    assert outcomes(OPEN + asked, organization) == {
        "Labs": "breakable", "Labs/Empty": "breakable", "Labs/m": "guaranteed",
    }  # fmt: skip


def test_what_is_supplied_further_down_is_nothing_to_rely_on() -> None:
    kept = 'plans["daily"].rules["nightly"].retention == 90 days'
    lower = policy("plan daily { rule nightly { retain = 90 days } }\n", name="toys", to='account "toys"')
    found = proven(OPEN + lower + require(kept, scope='account.name == "toys"'))
    assert {path: result.outcome for path, result in found.items()} == {
        "Shops": "breakable",
        "Shops/Online": "undecided",
        "Shops/toys": "guaranteed",
    }
    assert found["Shops/Online"].reason == (
        "an account that is created there would not meet it as it is: retention is 35 days; `r` asks for 90 days"
    )
    assert found["Shops"].counterexample is not None
    assert "children may nothing in retain" in found["Shops"].counterexample.text


@pytest.mark.parametrize(
    ("text", "assertion", "basis"),
    [
        (LOCKED, 'plans["daily"].rules["nightly"].retention == 35 days', "observed"),
        (LOCKED, KEPT, "documented"),
        (policy(plan(lock="locked"), may="children may remove"), EVERY_KEPT, "inferred"),
    ],
    ids=["a locked setting", "a block that takes no rule", "a block that only lets remove"],
)
def test_the_rules_that_a_guarantee_rests_on(text: str, assertion: str, basis: str) -> None:
    found = proven(text + require(assertion))
    assert {found[path].basis for path in ACCOUNTS} == {basis}


def test_that_nobody_can_freeze_accounts_to_come_rests_on_what_aws_documents() -> None:
    found = proven(LOCKED + require('plans["daily"].rules["nightly"].retention == 35 days'))
    assert {path: found[path].basis for path in UNITS} == {"Shops": "documented", "Shops/Online": "documented"}


def test_peers_are_named() -> None:
    beside = policy("plan daily { rule nightly { start_within = 2 hours } }\n", name="shops", to='ou "Shops"')
    found = proven(LOCKED + beside + require(KEPT))
    assert (found["Shops"].peers, found["Shops/toys"].peers) == (("shops",), ())


def test_a_policy_that_has_nothing_to_do_with_it_is_no_peer() -> None:
    beside = policy(plan("other"), name="shops", to='ou "Shops"')
    assert proven(APPENDING + beside + require(KEPT))["Shops"].peers == ()


@pytest.mark.parametrize(
    ("assertion", "outcome"),
    [(KEPT, "undecided"), ("some rule satisfies rule.retention >= 35 days", "violated")],
    ids=["of what there is", "that there is something"],
)
def test_backup_policies_that_are_not_enabled_promise_nothing(assertion: str, outcome: str) -> None:
    organization = ORGANIZATION.replace("management_account", "backup_policies_enabled: false, management_account")
    found = proven(LOCKED + require(assertion), organization)
    assert {path: result.outcome for path, result in found.items()} == dict.fromkeys(
        ["management", "Shops", "Shops/Online", "Shops/Online/books", "Shops/toys"], outcome
    )
    assert {result.freeze for result in found.values()} == {None}
