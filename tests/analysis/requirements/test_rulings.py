"""Judgements of a small organization: columns of truths, what applies to nothing, what says nothing, and joining."""

from __future__ import annotations

from itertools import combinations

import pytest
from support.moment import AT

from policyengine.analysis.requirements import (
    STANDINGS,
    Demands,
    Judgement,
    check_types,
    explained,
    findings,
    join,
    judge,
    reasons,
)
from policyengine.analysis.requirements.truth import TRUTH_BYTE
from policyengine.aws.deployment import View, deploy
from policyengine.aws.merge import resolve
from policyengine.aws.organization import attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source
from policyengine.language.syntax import parse

TREE = """\
version: 1
organization: {management_account: "111111111111"}
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Shops
      policies: [daily]
      accounts: [{id: "222222222222", name: books}, {id: "333333333333", name: toys}]
    - {name: Labs, policies: [broken], accounts: [{id: "444444444444", name: lab}]}
policies:
  broken: {content: {plans: {daily: {regions: {"@@assign": []}}}}}
  daily:
    content:
      plans:
        daily:
          regions: {"@@assign": [eu-west-1]}
          rules:
            nightly:
              target_backup_vault_name: {"@@assign": Main}
              lifecycle: {delete_after_days: {"@@assign": "35"}}
          selections:
            tags:
              tagged:
                iam_role_arn: {"@@assign": "arn:aws:iam::$account:role/Backup"}
                tag_key: {"@@assign": backup}
                tag_value: {"@@assign": [yes]}
vaults: [{name: Main, accounts: ["222222222222"], regions: [eu-west-1], lock: none}]
"""
LETTER = {0: "F", 1: "M", 3: "U", 7: "T"}


def world(text: str) -> tuple[Demands, tuple[View, ...]]:
    """The requirements of a text, and what the accounts have."""
    demands = check_types([parse(Source("requirements.bpol", text)).value])
    assert not demands.failed, demands.diagnostics
    organization = attach(read_snapshot(Source("organization.yaml", TREE))).value
    return demands.value, deploy(organization, resolve(organization, at=AT), at=AT, apart=demands.value.ids).published


def judged(*assertions: str, scope: str = "") -> Judgement:
    """The judgement of one requirement."""
    head = f"for {scope} " if scope else ""
    demands, views = world(f"require r {{ {head}{' '.join(f'assert {text}' for text in assertions)} }}")
    return judge(demands.requirements, views, "111111111111")


def by_account(judgement: Judgement) -> dict[str, str]:
    """The letter of the first assertion for each account in scope."""
    return {
        account.name or "": LETTER[TRUTH_BYTE[result.truth]]
        for result in judgement.results
        for account in result.accounts
    }


@pytest.mark.parametrize(
    ("assertion", "letters"),
    [
        ("every rule satisfies rule.retention >= 35 days", {"management": "T", "books": "T", "toys": "T", "lab": "U"}),
        ("some rule satisfies rule.retention >= 36 days", {"management": "F", "books": "F", "toys": "F", "lab": "U"}),
        ('account.name == "toys"', {"management": "F", "books": "F", "toys": "T", "lab": "F"}),
        ("account.management", {"management": "T", "books": "F", "toys": "F", "lab": "F"}),
    ],
)
def test_each_account_has_a_truth(assertion: str, letters: dict[str, str]) -> None:
    assert by_account(judged(assertion)) == letters


def standings(judgement: Judgement) -> dict[str, str]:
    """How each account stands with the only requirement."""
    (requirement,) = judgement.requirements
    truths = judgement.standings(requirement)
    accounts = [account.name for view in judgement.views for account in view.accounts]
    if truths.per_account:
        return {name: STANDINGS[rank] for name, rank in zip(accounts, truths.column, strict=True)}
    ranks = zip(judgement.views, truths.column, strict=True)
    return {account.name: STANDINGS[rank] for view, rank in ranks for account in view.accounts}


KEPT, LONG = "every rule satisfies rule.retention >= 35 days", "every rule satisfies rule.retention >= 36 days"
WITH_RULES = "some rule satisfies rule.retention >= 35 days"


@pytest.mark.parametrize(
    ("assertions", "scope", "expected"),
    [
        ([KEPT], "", ["holds", "holds", "holds", "undecided"]),
        ([LONG], "", ["holds", "violated", "violated", "undecided"]),
        ([KEPT, LONG], "", ["holds", "violated", "violated", "undecided"]),
        ([KEPT, 'account.name != "toys"'], "", ["holds", "holds", "violated", "undecided"]),
        (["false", KEPT], "", ["violated", "violated", "violated", "violated"]),
        ([KEPT], 'account.ou == "Shops"', ["not applicable", "holds", "holds", "not applicable"]),
        ([LONG], 'account.name == "books"', ["not applicable", "violated", "not applicable", "not applicable"]),
        (["true"], WITH_RULES, ["not applicable", "holds", "holds", "holds"]),
        (["false"], WITH_RULES, ["not applicable", "violated", "violated", "undecided"]),
        (['account.name != "toys"'], WITH_RULES, ["not applicable", "holds", "violated", "holds"]),
    ],
)
def test_an_account_stands_as_its_worst_assertion_says(assertions: list[str], scope: str, expected: list[str]) -> None:
    judgement = judged(*assertions, scope=scope)
    assert standings(judgement) == dict(zip(("management", "books", "toys", "lab"), expected, strict=True))
    assert judgement.judged == len(assertions) * (len(expected) - expected.count("not applicable"))


@pytest.mark.parametrize(
    ("names_authors", "actual"),
    [(True, "retention is 35 days, set by `daily` at Shops"), (False, "retention is 35 days")],
)
def test_a_reason_names_who_set_the_value_or_not(actual: str, *, names_authors: bool) -> None:
    judgement = judged(LONG)
    violated = [result for result in judgement.broken if result.violated]
    said = [
        (account.name, reason.sentence("`r`"))
        for result in violated
        for account in result.accounts
        for reason in reasons(result, account, "111111111111", names_authors=names_authors)
    ]
    assert said == [(name, f"{actual}; `r` asks for at least 36 days") for name in ("books", "toys")]


def test_what_was_explained_before_is_not_explained_again() -> None:
    judgement = judged(LONG, "account.management")
    before = explained(judgement)
    assert explained(judgement, before) == {}
    assert list(findings(judgement, before)) == list(findings(judgement))


def test_only_what_looks_at_accounts_themselves_has_a_byte_for_each_of_them() -> None:
    judgement = judged('account.name == "toys"', "some plan satisfies true")
    (ruling,) = judgement.rulings.values()
    assert [truths.per_account for truths in ruling.truths] == [True, False]
    assert [len(truths.column) for truths in ruling.truths] == [4, len(judgement.views)]


def test_an_account_out_of_scope_is_no_result_and_breaks_nothing() -> None:
    judgement = judged("some rule satisfies rule.retention >= 36 days", scope='account.ou == "Shops"')
    assert by_account(judgement) == {"books": "F", "toys": "F"}
    assert judgement.judged == 2


def test_a_requirement_that_applies_to_no_account_is_idle() -> None:
    judgement = judged("false", scope='account.name == "nobody"')
    assert [requirement.name for requirement in judgement.idle] == ["r"]
    assert not list(judgement.broken)


@pytest.mark.parametrize(
    ("assertion", "over"),
    [
        ("every copy satisfies copy.cross_region", ["copy"]),
        ("no copy satisfies copy.cross_region", ["copy"]),
        ("not (some copy satisfies copy.cross_region)", ["copy"]),
        ("every rule satisfies every copy satisfies copy.cross_region", ["copy"]),
        ("every rule satisfies rule.retention >= 1 days", []),
        ("every rule satisfies no copy satisfies copy.cross_region", ["copy"]),
        ("every copy satisfies copy.account == account.name", ["copy"]),
        ("every rule satisfies rule.name != account.name", []),
    ],
)
def test_an_assertion_that_holds_since_a_quantifier_meets_nothing_is_vacuous(assertion: str, over: list[str]) -> None:
    judgement = judged(assertion, scope='account.ou == "Shops"')
    assert [quantifier.over for _, _, quantifier in judgement.vacuous] == over


MANY = """
require everywhere { assert every rule satisfies rule.retention >= 35 days }
require by-name { for account.name like "*o*" assert account.name == "toys" assert some rule satisfies rule.vault.exists }
require vacuous { assert every copy satisfies copy.cross_region }
require copied-to-itself { assert every copy satisfies copy.account == account.name }
require named { for account.ou == "Shops" assert every rule satisfies rule.name != account.name }
"""


def test_two_judgements_are_joined_into_what_judging_all_views_says() -> None:
    demands, views = world(MANY)
    whole = judge(demands.requirements, views, "111111111111")
    for number in range(len(views) + 1):
        for chosen in combinations(views, number):
            first = judge(demands.requirements, chosen, "111111111111")
            second = judge(demands.requirements, [view for view in views if view not in chosen], "111111111111")
            joined = join(views, first, second)
            assert joined.rulings == whole.rulings
            assert list(joined.results) == list(whole.results)
            assert list(joined.vacuous) == list(whole.vacuous)
