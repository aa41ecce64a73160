"""What another policy on the same entity, an account that is created later, or a rule that takes runs can do."""

from __future__ import annotations

import pytest
from analysis.prove.projects import RULE, counterexamples, outcomes, plan, policy, proven, require, under_attack

LOCKED_RULE = RULE.replace("rule", "locked rule")
NOTHING = "children may nothing"
SHOPS = 'ou "Shops"'
UNITS = {"Shops", "Shops/Online"}

NO_COPY_OF_OTHERS = """\
policy baseline {
  children may nothing
  plan daily {
    children may nothing
    children may nothing in rules
    locked regions = [eu-west-1]
    rule nightly {
      locked schedule = daily at 03:00
      locked vault = "Main"
      locked retain = 35 days
    }
    locked tag selection tagged { role = "Backup"  key = "backup"  values = ["daily"] }
  }
}
attach baseline to root
policy shop {
  plan daily {
    rule nightly {
      children may nothing in copy_actions
      locked copy to vault "Central" in eu-west-1 account "999999999999"
    }
  }
}
attach shop to ou "Shops"
"""
KEPT = 'every rule where rule.plan == "daily" satisfies rule.retention >= 90 days'
LONGER = policy("plan daily { rule nightly { locked retain = 90 days } }\n", name="shops", to=SHOPS)
OWN = policy(plan(lock="locked", rule=RULE.replace("35", "90")), name="shops", may=NOTHING, to=SHOPS)
MORE_REGIONS = policy("plan daily { locked regions += [eu-central-1] }\n", name="shops", to=SHOPS)
ONE_REGION = policy("plan daily { locked regions = [eu-west-1] }\n", name="shops", to=SHOPS)

BESIDE = {
    "a copy": (NO_COPY_OF_OTHERS, 'every copy satisfies copy.account == "999999999999"', {"Shops"}, "copy to vault"),
    "a rule in a plan that the unit brings": (OWN, KEPT, {"Shops", "management"}, "rule "),
    "a Region in the list that the unit assigns": (
        policy(plan(rule=LOCKED_RULE), may=NOTHING) + ONE_REGION,
        'every plan where plan.name == "daily" satisfies plan.regions == [eu-west-1]',
        {"Shops", "management"},
        "regions += ",
    ),
    "a Region that the unit appends is removed": (
        policy(plan(regions="[eu-west-1]  children may append, remove in regions", rule=LOCKED_RULE)) + MORE_REGIONS,
        'every plan satisfies plan.name != "daily" or "eu-central-1" in plan.regions',
        {"Shops"},
        "regions -= [eu-central-1]",
    ),
}


@pytest.mark.parametrize(("text", "assertion", "places", "line"), BESIDE.values(), ids=BESIDE)
def test_all_that_peers_do_not_assign_is_open(text: str, assertion: str, places: set[str], line: str) -> None:
    scope = "" if "management" in places else 'account.ou like "Shops*"'
    found = proven(text + require(assertion, scope=scope))
    assert {path for path, result in found.items() if result.outcome != "guaranteed"} == places
    counterexample = found["Shops"].counterexample
    assert counterexample is not None
    assert line in counterexample.text
    assert (
        under_attack(text + require(assertion, scope=scope), counterexample)[counterexample.account.path] == "violated"
    )


def test_what_a_peer_assigns_nobody_attached_later_assigns() -> None:
    kept = require(KEPT, scope='account.ou like "Shops*"')
    rest_is_closed = policy(plan(rule=RULE, may="children may nothing in rules"))
    assert set(outcomes(rest_is_closed + LONGER + kept).values()) == {"guaranteed"}


def test_an_account_with_a_policy_of_its_own() -> None:
    own = policy(plan(lock="locked"), name="toys", may=NOTHING, to='account "333333333333"')
    short = require("every rule satisfies rule.retention >= 35 days", scope='account.name == "toys"')
    result = proven(own + short)["Shops/toys"]
    assert (result.outcome, result.peers) == ("breakable", ("toys",))


SOME = 'some rule where rule.plan == "daily" satisfies rule.retention >= 35 days'
EMPTY = """\
version: 1
root:
  name: Root
  units:
    - name: Books
      units: [{name: Ledgers}]
    - name: Shops
      accounts: [{id: "222222222222", name: shop, tags: {env: dev}}]
"""
CLOSED = policy(plan(lock="locked"), may=NOTHING)
OPEN_TO_PLANS = policy(plan(lock="locked"), may="children may append")


@pytest.mark.parametrize("unit", ["Books", "Books/Ledgers", "Shops"])
def test_a_freeze_leaves_an_account_that_is_created_later_without_anything(unit: str) -> None:
    result = proven(OPEN_TO_PLANS + require(SOME), EMPTY)[unit]
    assert result.outcome == "breakable"
    assert result.account is not None
    assert (result.account.id, result.account.parent and result.account.parent.path) == (None, unit)
    assert result.reason == (
        "an account that is created there gets nothing: AWS withholds its effective policy ('rules' is missing,"
        " at plans/attack), and it has no last valid one, as accounts of today have"
    )


def test_an_account_that_is_there_keeps_its_last_valid_document() -> None:
    assert outcomes(OPEN_TO_PLANS + require(SOME), EMPTY)["Shops/shop"] == "guaranteed"


def test_where_nothing_can_be_frozen_accounts_to_come_are_as_good_as_those_of_today() -> None:
    assert outcomes(CLOSED + require(SOME), EMPTY) == dict.fromkeys(
        ("Books", "Books/Ledgers", "Shops", "Shops/shop"), "guaranteed"
    )


FREEZING = {
    "by a plan": OPEN_TO_PLANS,
    "by a rule": policy(plan(rule=LOCKED_RULE, regions="[eu-west-1] children may nothing in regions"), may=NOTHING),
    "by taking the Region": policy(
        plan(regions="[eu-west-1]  children may remove in regions", rule=LOCKED_RULE, may="children may nothing in rules"),
        may=NOTHING,
    ),
    "by a copy that is archived too often": policy(
        plan(
            regions="[eu-west-1] children may nothing in regions",
            rule='rule nightly { locked schedule = daily at 05:00 locked vault = "Main" locked retain = 35 days }',
            may="children may nothing in rules",
        ).replace("tag selection", "locked tag selection"),
        may=NOTHING,
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", FREEZING.values(), ids=FREEZING)
def test_every_way_to_freeze(text: str) -> None:
    found = proven(text + require('some plan satisfies plan.name == "daily"'), EMPTY)
    assert {path: result.outcome for path, result in found.items()} == {
        "Books": "breakable", "Books/Ledgers": "breakable", "Shops": "breakable", "Shops/shop": "guaranteed",
    }  # fmt: skip
    counterexample = found["Books"].counterexample
    assert counterexample is not None
    judged = under_attack(text + require(SOME), counterexample, EMPTY)
    assert judged[counterexample.account.path] == "invalid"


@pytest.mark.parametrize(
    ("scope", "breakable"),
    [
        ('account.tags["env"] == "prod"', {"Books", "Books/Ledgers", "Shops"}),
        ('account.name == "till"', {"Books", "Books/Ledgers", "Shops"}),
        ('account.path == "Shops/till"', {"Shops"}),
        ('account.ou == "Shops"', {"Shops"}),
        ('account.id == "222222222222"', set()),
        ('account.id == "444444444444"', set()),
        ('plans["daily"].windows_vss == false', set()),
    ],
)
def test_an_account_that_is_created_later_may_be_in_scope(scope: str, breakable: set[str]) -> None:
    found = outcomes(OPEN_TO_PLANS + require(SOME, scope=scope), EMPTY)
    assert {path for path, outcome in found.items() if outcome == "breakable"} == breakable


def test_who_could_be_invited_is_not_ruled_out() -> None:
    """An account of that id may exist already, outside the organization."""
    found = outcomes(OPEN_TO_PLANS + require(SOME, scope='account.id == "444444444444"'), EMPTY)
    assert set(found.values()) == {"undecided"}


def test_an_account_that_would_not_meet_it_anyway() -> None:
    """Where nothing is attached above a unit, it takes no attack."""
    own = policy(plan(lock="locked"), name="shop", may=NOTHING, to='account "222222222222"')
    found = proven(own + require(SOME), EMPTY)
    result = found["Books/Ledgers"]
    assert (result.outcome, result.counterexample, result.account and result.account.id) == ("breakable", None, None)
    assert result.reason.startswith("an account that is created there would not meet it as it is: this account has no")


def test_nobody_knows_the_vaults_of_an_account_that_is_not_there() -> None:
    vaults = 'vaults: [{name: Main, accounts: ["222222222222"], regions: [eu-west-1], lock: {mode: compliance}}]\n'
    found = outcomes(CLOSED + require("every rule satisfies rule.vault.lock == compliance"), EMPTY + vaults)
    assert found == {
        "Books": "undecided",
        "Books/Ledgers": "undecided",
        "Shops": "undecided",
        "Shops/shop": "guaranteed",
    }


def test_a_freeze_by_a_policy_beside_the_own_one_of_a_unit() -> None:
    """Its Regions are closed to what is further down, not to a peer."""
    own = policy(plan(lock="locked"), name="books", may=NOTHING, to='ou "Books"')
    result = proven(own + require(SOME, scope='account.ou like "Books*"'), EMPTY)["Books"]
    assert result.outcome == "breakable"


DAILY = 'some rule where rule.plan == "daily" and rule.interval <= 1 day satisfies rule.vault.name == "Main"'
SELECTION = 'locked tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }'
NIGHTLY = 'locked rule nightly { schedule = daily at 03:00  vault = "Main"  retain = 35 days }'


CONTINUOUS = NIGHTLY.replace("retain", "continuous = true  retain")
ADDED = "children may append in rules"
SELECTED = "children may nothing in selections/tags  children may nothing in selections/resources"
BUCKETS = 'locked resource selection buckets { role = "Backup"  types = [S3] }'


def with_rules(*rules: str, may: str = "children may nothing in rules", selection: str = SELECTION) -> str:
    inside = "  ".join(rules)
    return f"policy baseline {{ {NOTHING}  plan daily {{ {may}  locked regions = [eu-west-1]  {inside}  {selection} }} }}\nattach baseline to root\n"


def weekly(**changed: str) -> str:
    """A rule that is kept for longer, with some of its settings open."""
    settings = {"schedule": "weekly on sunday at 15:00", "start_within": "2 hours", "retain": "90 days", **changed}
    lines = [f"{'' if key in changed else 'locked '}{key} = {value}" for key, value in settings.items()]
    return f'rule weekly {{ locked vault = "Other"  {NOTHING}  {"  ".join(lines)} }}'


TAKEN = {
    "by a rule that may come": (with_rules(NIGHTLY, may="children may append in rules"), "rule attack"),
    "from snapshots of a continuous rule": (with_rules(CONTINUOUS, may=ADDED), "rule attack"),
    "from those of one type": (
        with_rules(CONTINUOUS, may=ADDED, selection=BUCKETS.replace("S3", "S3, EBS")), "rule attack",
    ),
    "by a rule whose schedule is open": (with_rules(NIGHTLY, weekly(schedule="weekly on sunday at 15:00")), "schedule = "),
    "by a rule whose window is open": (with_rules(NIGHTLY, weekly(start_within="2 hours")), "start_within = "),
    "by a rule that may be kept longer": (
        with_rules(NIGHTLY, weekly(retain="7 days").replace("sunday at 15:00", "sunday at 03:00")), "retain = ",
    ),
    "since its own window is open": (
        with_rules('rule nightly { locked schedule = daily at 03:00  locked vault = "Main"  locked retain = 35 days }', weekly()),
        "start_within = ",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line"), TAKEN.values(), ids=TAKEN)
def test_runs_that_another_rule_takes(text: str, line: str) -> None:
    found = proven(text + require(DAILY))
    assert {found[path].outcome for path in ("management", "Shops/toys", "Shops/Online/books")} == {"breakable"}
    for counterexample in counterexamples(found):
        if counterexample.account.id:
            assert line in counterexample.text
            assert under_attack(text + require(DAILY), counterexample)[counterexample.account.path] == "violated"


NOT_TAKEN = {
    "all is closed": with_rules(NIGHTLY, weekly()),
    "what is kept for good loses no run": with_rules(
        NIGHTLY.replace("retain = 35 days", ""), weekly(schedule="daily at 03:00")
    ),
    "a rule that is kept for less takes none": with_rules(
        NIGHTLY, weekly(schedule="daily at 03:00").replace("90 days", "34 days")
    ),
    "continuous backups are not scheduled": with_rules(CONTINUOUS, may=f"{ADDED}  {SELECTED}", selection=BUCKETS),
    "nor do they take runs": with_rules(
        NIGHTLY.replace("35 days", "7 days"),
        weekly(schedule="daily at 03:00", retain="35 days").replace(
            "locked vault", "locked continuous = true  locked vault"
        ),
        may=f"children may nothing in rules  {SELECTED}",
        selection=BUCKETS,
    ),
    "one of all types is kept no shorter": with_rules(
        CONTINUOUS, weekly(retain="35 days").replace(" retain", " locked retain")
    ),
}


@pytest.mark.parametrize("text", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_runs_that_nobody_can_take(text: str) -> None:
    found = outcomes(text + require(DAILY))
    assert {found[path] for path in ("management", "Shops/toys", "Shops/Online/books")} == {"guaranteed"}


TIED = "AWS does not say which of two rules with equal retention runs where their start windows overlap"
AS_LONG = weekly(schedule="daily at 03:00").replace("90 days", "35 days")
TIES = {
    "with a rule that may come": (
        with_rules(NIGHTLY.replace("retain = 35 days", ""), may=ADDED),
        f"{TIED}, and it may come to that: `plans/daily/rules` can be changed",
    ),
    "with a rule whose schedule is open": (
        with_rules(NIGHTLY, AS_LONG.replace("03:00", "15:00")),
        f"{TIED}, and it may come to that: `plans/daily/rules/weekly/schedule_expression` can be changed",
    ),
    "with a rule that is there": (
        with_rules(NIGHTLY, AS_LONG.replace("schedule", "locked schedule")),
        f"{TIED}, as those of the plan do",
    ),
    "of two others": (
        with_rules(
            NIGHTLY.replace("35 days", "7 days").replace("03:00", "15:00"),
            AS_LONG.replace("schedule", "locked schedule"),
            AS_LONG.replace("schedule", "locked schedule").replace("weekly", "other"),
        ),
        f"{TIED}, as those of the plan do",
    ),
}


@pytest.mark.parametrize(("text", "reason"), TIES.values(), ids=TIES)
def test_what_hangs_on_rules_with_equal_retention_is_undecided(text: str, reason: str) -> None:
    """Facts 1.6: of rules with equal retention AWS does not say which one runs; `check` takes both to run."""
    found = proven(text + require(DAILY))
    accounts = ("management", "Shops/toys", "Shops/Online/books")
    assert {(found[path].outcome, found[path].reason) for path in accounts} == {("undecided", reason)}


@pytest.mark.parametrize(
    "text",
    [
        with_rules(NIGHTLY, AS_LONG.replace("schedule", "locked schedule").replace("03:00", "15:00")),
        with_rules(NIGHTLY, weekly(schedule="daily at 03:00").replace("90 days", "7 days").replace("weekly", "a"),
                   weekly(schedule="daily at 03:00").replace("90 days", "7 days").replace("weekly", "b")),
    ],
    ids=["their windows do not meet", "both are kept for less"],
)  # fmt: skip
def test_rules_with_equal_retention_that_do_not_matter(text: str) -> None:
    found = outcomes(text + require(DAILY))
    assert {found[path] for path in ("management", "Shops/toys", "Shops/Online/books")} == {"guaranteed"}


@pytest.mark.parametrize(
    ("selection", "may"),
    [
        pytest.param(BUCKETS, "", id="another selection may come"),
        pytest.param(
            'resource selection buckets { locked role = "Backup"  types = [S3]  children may append in types }', SELECTED,
            id="more types may come",
        ),
        pytest.param(
            'resource selection buckets { locked role = "Backup"  types = [S3]  children may assign in types }', SELECTED,
            id="other types may come",
        ),
    ],
)  # fmt: skip
def test_a_continuous_rule_of_types_that_may_become_others_is_not_guaranteed(selection: str, may: str) -> None:
    found = outcomes(with_rules(CONTINUOUS, may=f"{ADDED}  {may}", selection=selection) + require(DAILY))
    assert {found[path] for path in ("management", "Shops/toys", "Shops/Online/books")} == {"breakable"}


def test_a_selection_of_everything_goes_by_the_opt_in() -> None:
    """What a selection names it reaches whatever is opted in, until `*` is added to it: then nobody knows (facts 2.3.3, 2.3.7)."""
    selection = 'resource selection some { locked role = "Backup"  types = [S3]  children may append in types  children may nothing }'
    rest = 'locked rule nightly { schedule = daily at 03:00  vault = "Main"  retain = 35 days }'
    text = f"policy p {{ {NOTHING}  plan daily {{ {NOTHING}  locked regions = [eu-west-1]  {rest}  {selection} }} }}\nattach p to root\n"
    asked = require('every plan satisfies "S3" in plan.resource_types')
    assert outcomes(text + asked, EMPTY)["Shops/shop"] == "guaranteed"
    opted_in = EMPTY + "settings: {opt_in: {eu-west-1: [EBS, EC2]}}\n"
    assert outcomes(text + asked, opted_in)["Shops/shop"] == "undecided"


UNTYPED = 'locked resource selection some { role = "Backup"  where prod: "aws:ResourceTag/env" == "prod" }'
TYPED = 'locked resource selection named { role = "Backup"  types = [S3, EC2] }'


@pytest.mark.parametrize(
    ("selections", "asked", "expected"),
    [
        (UNTYPED, 'every plan satisfies "S3" in plan.resource_types', "undecided"),
        (UNTYPED, 'every plan satisfies not ("S3" in plan.resource_types)', "undecided"),
        (UNTYPED, "every rule satisfies rule.continuous", "undecided"),
        (f"{TYPED}  {UNTYPED}", 'every plan satisfies "S3" in plan.resource_types', "guaranteed"),
        (f"{TYPED}  {UNTYPED}", 'every plan satisfies "EFS" in plan.resource_types', "undecided"),
        (f"{TYPED}  {UNTYPED}", "every plan satisfies plan.resource_types == [S3, EC2]", "undecided"),
        (f"{TYPED}  {UNTYPED}", 'plans["daily"].rules["nightly"].continuous', "guaranteed"),
    ],
)
def test_no_guarantee_rests_on_what_a_selection_of_conditions_alone_takes(
    selections: str, asked: str, expected: str
) -> None:
    rule = 'locked rule nightly { schedule = daily at 03:00  vault = "Main"  retain = 35 days  continuous = true }'
    block = f"{NOTHING}  locked regions = [eu-west-1]  {rule}  {selections}"
    text = f"policy p {{ {NOTHING}  plan daily {{ {block} }} }}\nattach p to root\n"
    assert outcomes(text + require(asked), EMPTY)["Shops/shop"] == expected


GOVERNMENT = '"arn:aws-us-gov:backup:us-gov-west-1:$account:backup-vault:Away"'


def copying(copy: str, *, regions: str = "[eu-west-1]") -> str:
    """A plan of which only the target of a copy may be open."""
    rule = f'rule nightly {{ schedule = daily at 05:00  vault = "Main"  locked retain = 35 days  {copy} }}'
    return policy(plan(regions=regions, rule=rule, may="children may nothing in rules"), may=NOTHING)


@pytest.mark.parametrize(
    ("copy", "regions", "assertion", "outcome"),
    [
        (f"locked copy to {GOVERNMENT}", "[eu-west-1]", "some copy satisfies copy.cross_region", "violated"),
        (f"locked copy to {GOVERNMENT}", "[eu-west-1]", "every rule satisfies rule.leaves_region", "violated"),
        (
            'locked copy to vault "Away" in us-east-1',
            "[us-gov-east-1, eu-west-1]  children may assign in regions",
            "every rule where rule.region == eu-central-1 satisfies some copy satisfies copy.region == us-east-1",
            "guaranteed",
        ),
        (
            f"locked copy to {GOVERNMENT}",
            "[us-gov-east-1, eu-west-1]  children may assign in regions",
            "every rule where rule.region == eu-central-1 satisfies some copy satisfies copy.cross_region",
            "breakable",
        ),
    ],
)
def test_no_copy_leaves_its_partition(copy: str, regions: str, assertion: str, outcome: str) -> None:
    found = outcomes(copying(copy, regions=regions) + require(assertion))
    assert set(found.values()) == {outcome}


@pytest.mark.parametrize(("lock", "outcome"), [("", "breakable"), ("locked ", "guaranteed")])
def test_a_copy_whose_target_is_open_may_be_sent_nowhere(lock: str, outcome: str) -> None:
    text = copying(f'{lock}copy to vault "Away" in us-east-1')
    result = proven(text + require("some copy satisfies copy.retention >= 35 days"))["Shops/toys"]
    assert result.outcome == outcome
    assert bool(lock) or ("target = " in result.counterexample.text if result.counterexample else False)
