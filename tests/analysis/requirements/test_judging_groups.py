"""Requirements over many accounts: one finding per cause, with exactly the accounts that it is true of."""

from __future__ import annotations

from time import process_time

import pytest
from support.evaluation import evaluated, settled
from support.moment import AT

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.source import Source
from policyengine.engine import Evaluation, evaluate

# Three units; the vault of `Trading` and `Labs` is locked alike, that of `Shops` is not.
TREE = """\
version: 1
organization: {management_account: "111111111111"}
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Trading
      accounts:
        - {id: "210000000001", name: equities, tags: {env: prod}}
        - {id: "210000000002", name: rates, tags: {env: prod}}
    - name: Labs
      accounts:
        - {id: "220000000001", name: quants, tags: {env: dev}}
    - name: Shops
      accounts:
        - {id: "230000000001", name: books, tags: {env: prod}}
        - {id: "230000000002", name: toys}
vaults:
  - {name: Main, accounts: ["111111111111"], regions: [eu-west-1], lock: none}
  - {name: Main, accounts: {ou: Trading}, regions: [eu-west-1], lock: {mode: governance}}
  - {name: Main, accounts: {ou: Labs}, regions: [eu-west-1], lock: {mode: governance}}
  - {name: Main, accounts: {ou: Shops}, regions: [eu-west-1], lock: none}
"""
POLICIES = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      vault  = "Main"
      retain = 35 days
      copy to vault "Main" in eu-west-1 account "230000000001"
    }
    tag selection tagged {
      role   = "BackupRole"
      key    = "backup"
      values = ["daily"]
    }
  }
}
policy labs {
  plan daily {
    rule nightly {
      retain = 7 days
    }
  }
}
attach baseline to root
attach labs to ou "Labs"
"""
NAMES = {
    "111111111111": "management",
    "210000000001": "equities",
    "210000000002": "rates",
    "220000000001": "quants",
    "230000000001": "books",
    "230000000002": "toys",
}
Told = list[tuple[str, list[str]]]


def evaluated_house_rule(clauses: str) -> Evaluation:
    text = f"{POLICIES}\nrequire house-rule {{ {clauses} }}\n"
    return evaluated(text, TREE, file="backup.bpol")


def house_rule_findings(clauses: str) -> list[Diagnostic]:
    return [found for found in settled(evaluated_house_rule(clauses)) if found.requirement]


def told(clauses: str) -> Told:
    """What was found, each with the names of its accounts."""
    found = house_rule_findings(clauses)
    return sorted((f.message.partition(";")[0], [NAMES[account] for account in f.accounts]) for f in found)


EVERYBODY = list(NAMES.values())
BASELINE = "retention is 35 days, set by `baseline` at Root (backup.bpol:6)"
LABS = "retention is 7 days, set by `labs` at Labs (backup.bpol:19)"
OTHERS = ["management", "equities", "rates", "books", "toys"]
LOCKED = "vault `Main` in eu-west-1 is locked in governance mode"
UNLOCKED = "vault `Main` in eu-west-1 is not locked"


@pytest.mark.parametrize(
    ("assertion", "expected"),
    [
        ("every rule satisfies rule.retention >= 60 days", [(BASELINE, OTHERS), (LABS, ["quants"])]),
        ("every rule satisfies rule.retention >= 35 days", [(LABS, ["quants"])]),
        (
            'every rule satisfies rule.schedule like "rate*"',
            [("schedule is `cron(0 5 ? * * *)`, AWS's default", EVERYBODY)],
        ),
        (
            "every rule satisfies rule.vault.lock == compliance",
            [(UNLOCKED, ["management", "books", "toys"]), (LOCKED, ["equities", "rates", "quants"])],
        ),
        ("every rule satisfies rule.vault.lock != none", [(UNLOCKED, ["management", "books", "toys"])]),
        ("every rule satisfies rule.vault.lock == none", [(LOCKED, ["equities", "rates", "quants"])]),
        (
            "every copy satisfies not copy.cross_account",
            [
                (
                    "the copy goes to account 230000000001, set by `baseline` at Root (backup.bpol:7)",
                    ["management", "equities", "rates", "quants", "toys"],
                )
            ],
        ),
        (
            "every copy satisfies copy.cross_account",
            [("the copy stays in its account, set by `baseline` at Root (backup.bpol:7)", ["books"])],
        ),
    ],
)
def test_findings_are_grouped_by_cause(assertion: str, expected: Told) -> None:
    assert told(f"assert {assertion}") == sorted(expected)


@pytest.mark.parametrize(
    ("assertion", "expected"),
    [
        (
            'account.tags["env"] == "prod"',
            [
                ("the account's tag `env` is `dev`", ["quants"]),
                ("the account's tag `env` is not set", ["management", "toys"]),
            ],
        ),
        ("account.management", [("this is not the management account", EVERYBODY[1:])]),
        ("not account.management", [("this is the management account", ["management"])]),
        ('account.ou != "Shops"', [("the account's unit is `Shops`", ["books", "toys"])]),
        ('account.id == "210000000001"', [("this is another account", [n for n in EVERYBODY if n != "equities"])]),
        ('account.id != "210000000001"', [("the account's id is `210000000001`", ["equities"])]),
        (
            'account.name in ["equities", "rates", "quants", "books"]',
            [("the account's name is `management`", ["management"]), ("the account's name is `toys`", ["toys"])],
        ),
        (
            'account.ou == "Trading" or (every rule satisfies rule.vault.lock == none)',
            [(f"the account's unit is `Labs`, and {LOCKED}", ["quants"])],
        ),
    ],
)
def test_expressions_that_look_at_the_account_tell_accounts_apart(assertion: str, expected: Told) -> None:
    assert told(f"assert {assertion}") == sorted(expected)


@pytest.mark.parametrize(
    "assertion",
    [
        "every rule satisfies rule.retention >= 60 days",
        "every rule satisfies some copy satisfies copy.retention >= 60 days",
        "every rule satisfies every copy satisfies copy.retention >= 60 days",
    ],
)
def test_one_policy_at_two_places_is_reported_at_each_of_them(assertion: str) -> None:
    """Their plans have the same rules; who attached them where is another matter."""
    baseline, _, _ = POLICIES.partition("policy labs")
    attached = 'attach baseline to ou "Trading"\nattach baseline to ou "Labs"\n'
    text = f"{baseline}{attached}require house-rule {{ assert {assertion} }}\n"
    found = evaluated(text, TREE).diagnostics
    said = {tuple(NAMES[number] for number in f.accounts): f.message for f in found if f.requirement}
    assert sorted(said) == [("equities", "rates"), ("quants",)]
    assert "by `baseline` at Trading" in said["equities", "rates"]
    assert "by `baseline` at Labs" in said["quants",]


OWN_COPIES = POLICIES.replace(' account "230000000001"', "").replace("eu-west-1\n    }", "eu-central-1\n    }")


@pytest.mark.parametrize(
    ("assertion", "broken_for"),
    [
        ('every rule satisfies account.name == "rates"', [name for name in EVERYBODY if name != "rates"]),
        ("every rule satisfies rule.name == account.name", EVERYBODY),
        ('no rule satisfies rule.name like "*" and account.name == "rates"', ["rates"]),
        ('every copy satisfies copy.account like "*1"', ["rates", "toys"]),
        ('every copy satisfies copy.vault.account like "*1"', ["rates", "toys"]),
        ('every plan satisfies no copy satisfies copy.account like "*2"', ["rates", "toys"]),
    ],
)
def test_a_finding_of_a_plan_is_none_of_another_account(assertion: str, broken_for: list[str]) -> None:
    text = f"{OWN_COPIES}\nrequire house-rule {{ assert {assertion} }}\n"
    judgement = evaluated(text, TREE).judgement
    assert judgement
    broken = {account.id or "" for result in judgement.results if result.violated for account in result.accounts}
    assert [name for account, name in NAMES.items() if account in broken] == broken_for


def test_without_accounts_nothing_is_said_of_requirements() -> None:
    tree = Source("organization.yaml", "version: 1\nroot: {name: Root}\n")
    text = "require house-rule { assert every rule satisfies rule.continuous }\n"
    found = evaluate([Source("backup.bpol", text)], tree, at=AT).diagnostics
    assert [one for one in found if one.requirement] == []


@pytest.mark.parametrize(
    ("scope", "accounts"),
    [
        ('account.ou == "Trading"', ["equities", "rates"]),
        ('account.path like "Trading/*" or account.path like "Labs/*"', ["equities", "rates"]),
        ('account.tags["env"] == "prod"', ["equities", "rates", "books"]),
        ('not account.tags["env"] == "prod" and not account.management', ["toys"]),
        ("every rule satisfies rule.vault.lock == governance", ["equities", "rates"]),
        ("account.management", ["management"]),
        ('account.id in ["210000000002", "230000000002"]', ["rates", "toys"]),
        ('plans["daily"].rules["nightly"].vault.lock == none', ["management", "books", "toys"]),
    ],
)
def test_only_accounts_in_scope_are_reported(scope: str, accounts: list[str]) -> None:
    assert [
        told
        for told in told(f"for {scope} assert every rule satisfies rule.retention >= 60 days")
        if told[0] == BASELINE
    ] == [(BASELINE, accounts)]


@pytest.mark.parametrize(
    ("clauses", "number"),
    [
        ("assert account.management", 6),
        ("assert account.management\n assert every rule satisfies rule.continuous", 12),
        ('for account.ou == "Trading" assert account.management assert not account.management', 4),
        ('for account.ou == "Nowhere" assert account.management', 0),
    ],
)
def test_assertions_are_counted_for_each_account(clauses: str, number: int) -> None:
    judgement = evaluated_house_rule(clauses).judgement
    assert judgement
    assert (len(judgement.requirements), judgement.judged) == (1, number)


def test_a_result_for_one_account_is_that_of_the_whole() -> None:
    assertion = "assert every rule satisfies rule.vault.lock == compliance and rule.retention >= 60 days"
    whole = {(f.message, account) for f in house_rule_findings(assertion) for account in f.accounts}
    for number in NAMES:
        alone = house_rule_findings(f'for account.id == "{number}" {assertion}')
        assert {(f.message, account) for f in alone for account in f.accounts} == {w for w in whole if w[1] == number}


@pytest.mark.parametrize(
    "expression",
    [
        "every rule satisfies " * 90 + "rule.retention >= 60 days",
        "every rule satisfies every copy satisfies " * 45 + "copy.retention >= 60 days",
        "every plan satisfies every rule satisfies every copy satisfies every selection satisfies " * 20
        + 'selection.name == copy.rule and rule.plan == "x"',
        "some rule satisfies " * 90 + "rule.retention >= 60 days",
        "not (every rule satisfies " * 30 + "rule.vault.exists" + ")" * 30,
        "every selection satisfies every rule satisfies "
        + "every copy satisfies " * 80
        + "copy.rule == selection.name",
    ],
)
def test_quantifiers_inside_each_other_stay_quick(expression: str) -> None:
    rules = "".join(
        f'    rule r{n} {{\n      vault = "Main"\n      copy to vault "Main" in us-east-1\n    }}\n' for n in range(9)
    )
    policies = POLICIES.replace("    rule nightly {", rules + "    rule nightly {", 1).replace(
        "[eu-west-1]", "[eu-west-1, eu-north-1]", 1
    )
    text = f"{policies}\nrequire deep {{ assert {expression} }}\n"
    begin = process_time()
    evaluation = evaluated(text, TREE)
    assert evaluation.judgement
    assert process_time() - begin < 10
