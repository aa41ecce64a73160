"""A finding of a requirement says without which refused settings it was judged, where these would have counted."""

from __future__ import annotations

import pytest
from support.evaluation import evaluated, settled
from support.moment import AT
from support.small_projects import MANAGEMENT, SHOP, WITH_MANAGEMENT

from policyengine.analysis.findings import Gate
from policyengine.analysis.findings.baseline import identity
from policyengine.base.diagnostics import Diagnostic
from policyengine.engine import verdict_of

SOUND = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      schedule = daily at 05:00
      vault = "Main"
      retain = 35 days
    }
    resource selection all { role = "Backup"  types = [EBS] }
  }
}
attach baseline to root
"""
VAULT = "arn:aws:backup:eu-central-1:111111111111:backup-vault"
WEEKLY = 'rule weekly { schedule = weekly on sunday at 20:00  vault = "Main"  retain = DAYS }'
SHORT = "every rule satisfies rule.start_within <= 1 hour"


def with_lines(*lines: str) -> str:
    """The sound policy with more lines in its rule, the first of them line 8."""
    return SOUND.replace("35 days\n", "35 days\n" + "".join(f"      {line}\n" for line in lines))


def with_text(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new)


def found(policies: str, asked: str, tree: str = WITH_MANAGEMENT) -> list[Diagnostic]:
    """The findings of the requirement."""
    evaluation = evaluated(f"{policies}require asked {{ {asked} }}\n", tree)
    assert not evaluation.stopped, [fault.message for fault in evaluation.diagnostics]
    return [finding for finding in settled(evaluation) if finding.requirement]


def note(finding: Diagnostic) -> str:
    """What a finding says that it was judged without, and where."""
    _, said, without = finding.message.partition("; judged without ")
    assert not said or without.endswith(", which AWS refuses")
    return without.removesuffix(", which AWS refuses")


def notes(policies: str, asked: str, tree: str = WITH_MANAGEMENT) -> list[str]:
    return [note(finding) for finding in found(policies, f"assert {asked}", tree)]


ONE_SETTING = [
    ("start_within = 10 minutes", SHORT, "`start_within` (policy.bpol:8)"),
    (
        "start_within = 10 minutes",
        "not (some rule satisfies rule.start_within > 1 hour)",
        "`start_within` (policy.bpol:8)",
    ),
    ("start_within = 10 minutes", "some rule satisfies rule.start_within <= 1 hour", "`start_within` (policy.bpol:8)"),
    (
        "start_within = 10 minutes",
        'plans["daily"].rules["nightly"].start_within <= 1 hour',
        "`start_within` (policy.bpol:8)",
    ),
    (
        'complete_within = "1"',
        "every rule satisfies rule.start_within <= 1 hour or rule.complete_within <= 1 day",
        "`complete_within` (policy.bpol:8)",
    ),
    (
        "start_within = 10 minutes",
        "every rule where rule.start_within >= 2 hours satisfies rule.continuous",
        "`start_within` (policy.bpol:8)",
    ),
    (
        "start_within = 10 minutes",
        "some rule where rule.start_within <= 1 hour satisfies rule.retention >= 35 days",
        "`start_within` (policy.bpol:8)",
    ),
    (f'copy to "{VAULT}:x.y"', "every rule satisfies rule.leaves_region", f"copy `{VAULT}:x.y` (policy.bpol:8)"),
    (
        f'copy to "{VAULT}:x.y"',
        "every rule satisfies some copy satisfies copy.cross_region",
        f"copy `{VAULT}:x.y` (policy.bpol:8)",
    ),
    (
        f'copy to "{VAULT}:Far" {{ retain = "0" }}',
        "every copy satisfies copy.retention >= 90 days",
        "`retain` (policy.bpol:8)",
    ),
    ("start_within = 10 minutes", "every rule satisfies rule.retention >= 90 days", ""),
    ("start_within = 10 minutes", "some rule satisfies rule.retention >= 90 days", ""),
    (f'copy to "{VAULT}:Far" {{ retain = "0" }}', "every rule satisfies rule.leaves_account", ""),
]


@pytest.mark.parametrize(("line", "asked", "said"), ONE_SETTING)
def test_a_violation_names_the_refused_setting_that_it_looked_at(line: str, asked: str, said: str) -> None:
    assert notes(with_lines(line), asked) == [said]


@pytest.mark.parametrize(
    ("policies", "asked", "said"),
    [
        (with_text("35 days", '"0"'), "every rule satisfies rule.retention <= 90 days", "`retain` (policy.bpol:7)"),
        (
            with_text("daily at 05:00", '"rate(1 day)"'),
            "every rule satisfies rule.interval <= 1 hour",
            "`schedule` (policy.bpol:5)",
        ),
        (
            with_text("35 days", '"0"\n      copy to "' + VAULT + ':Far" {}'),
            "every copy satisfies copy.retention <= 90 days",
            "`retain` (policy.bpol:7)",
        ),
    ],
)
def test_the_value_that_counts_instead_is_not_said_alone(policies: str, asked: str, said: str) -> None:
    assert notes(policies, asked) == [said]


def test_the_finding_points_at_the_refused_line_and_not_at_a_block_that_lacks_it() -> None:
    (finding,) = found(with_lines("start_within = 10 minutes"), f"assert {SHORT}")
    assert [(label.text, label.span.text) for label in finding.labels] == [
        ("AWS refuses this", "start_within = 10 minutes")
    ]
    assert "8 hours, AWS's default" in finding.message


def test_another_rule_is_judged_by_what_it_has() -> None:
    policies = with_lines("start_within = 2 hours", "}", "rule weekly {").replace(
        "    }\n    resource",
        '      schedule = weekly on sunday at 20:00\n      vault = "Main"\n      start_within = "1"\n    }\n    resource',
    )
    assert notes(policies, SHORT) == ["", "`start_within` (policy.bpol:13)"]


def with_weekly(line: str) -> str:
    """The sound policy with a start window of two hours in its rule, and a line in another rule."""
    weekly = WEEKLY.replace("DAYS", f"35 days  {line}")
    return with_lines("start_within = 2 hours").replace("    resource", f"    {weekly}\n    resource")


LATE = "rule where rule.start_within > 1 hour satisfies"


@pytest.mark.parametrize(
    "asked",
    [
        f'every {LATE} plans["daily"].rules["nightly"].retention >= 90 days',
        f'every {LATE} plans["daily"].rules["nightly"].vault.lock == compliance',
        f'every {LATE} (plans["daily"].rules["nightly"].retention >= 90 days or 1 day > 2 days)',
    ],
)
def test_what_several_rules_show_of_one_setting_is_one_finding(asked: str) -> None:
    assert notes(with_weekly("start_within = 10 minutes"), asked) == ["`start_within` (policy.bpol:10)"]


def test_what_a_cause_looked_at_besides_does_not_make_two_of_it() -> None:
    asked = f'not ((some {LATE} plans["none"].rules["any"].retention >= 1 day) and 1 day < 2 days)'
    (finding,) = found(with_weekly("start_within = 3 hours"), f"assert {asked}")
    assert finding.message == "no plan `none`; this account has `daily`"


WHOLE = SOUND.replace(
    "    resource", f"    {WEEKLY.replace('DAYS', '400 days').replace('weekly', 'bad name', 1)}\n    resource"
).replace("rule bad name", 'rule "bad name"')


@pytest.mark.parametrize(
    "asked",
    [
        "some rule satisfies rule.retention >= 365 days",
        "at least 2 rule satisfies rule.retention >= 30 days",
        "every plan satisfies some rule satisfies rule.retention >= 365 days",
        'plans["daily"].rules["bad name"].retention >= 365 days',
    ],
)
def test_a_rule_that_is_refused_as_a_whole_is_missed_where_more_rules_would_help(asked: str) -> None:
    assert notes(WHOLE, asked) == ["rule `bad name` (policy.bpol:9)"]


@pytest.mark.parametrize(
    "asked",
    ["every rule satisfies rule.retention >= 90 days", "not (at least 1 rule satisfies rule.retention <= 90 days)"],
)
def test_a_rule_that_is_refused_as_a_whole_has_no_part_in_what_another_breaks(asked: str) -> None:
    assert notes(WHOLE, asked) == [""]


BELOW = 'policy prod { plan daily { rule nightly { LINE } } }\nattach prod to ou "Prod"\n'


@pytest.mark.parametrize(
    ("above", "below", "accounts"),
    [
        ("start_within = 10 minutes", "start_within = 2 hours", {MANAGEMENT: "8 hours", SHOP: ""}),
        ("start_within = 10 minutes", "retain = 40 days", {MANAGEMENT: "8 hours", SHOP: "8 hours"}),
        ("locked start_within = 10 minutes", "start_within = 2 hours", {MANAGEMENT: "8 hours", SHOP: "2 hours"}),
        ("start_within = 2 hours", "start_within = 10 minutes", {MANAGEMENT: "", SHOP: "2 hours"}),
        ("locked start_within = 2 hours", "start_within = 10 minutes", {MANAGEMENT: "", SHOP: ""}),
    ],
)
def test_it_is_said_on_accounts_on_which_the_setting_would_have_counted(
    above: str, below: str, accounts: dict[str, str]
) -> None:
    findings = found(with_lines(above) + BELOW.replace("LINE", below), f"assert {SHORT}")
    said = {account: finding for finding in findings for account in finding.accounts}
    assert {account: bool(note(finding)) for account, finding in said.items()} == {
        account: bool(value) for account, value in accounts.items()
    }
    assert all(f"is {value}" in said[account].message for account, value in accounts.items() if value)


@pytest.mark.parametrize(("order", "said"), [("slow, prod", ""), ("prod, slow", "`start_within` (policy.bpol:13)")])
def test_of_peers_the_first_to_assign_decides(order: str, said: str) -> None:
    slow = "policy slow { plan daily { rule nightly { start_within = 2 hours } } }\n"
    peers = BELOW.replace("LINE", "start_within = 10 minutes").replace("attach prod", f"{slow}attach {order}")
    assert [note(each) for each in found(SOUND + peers, f"assert {SHORT}") if SHOP in each.accounts] == [said]


@pytest.mark.parametrize(
    ("policies", "asked", "said"),
    [
        (with_text("Main", "Main.1"), "some rule satisfies rule.retention >= 1 day", "`vault` (policy.bpol:6)"),
        (
            with_text("eu-west-1", '"mars-1"'),
            "some rule satisfies rule.retention >= 1 day",
            "`regions` (policy.bpol:3)",
        ),
        (
            with_text("types = [EBS]", 'types = ["bogus"]  where tag: "aws:ResourceTag/a" == "b"'),
            "every plan satisfies EBS in plan.resource_types",
            "`types` (policy.bpol:9)",
        ),
        (
            with_lines("continuous = true").replace("[EBS]", '["bogus"]  where tag: "aws:ResourceTag/a" == "b"'),
            "every rule satisfies rule.continuous",
            "`types` (policy.bpol:10)",
        ),
    ],
)
def test_what_cannot_be_decided_for_a_refused_setting_asks_for_no_other_fact(
    policies: str, asked: str, said: str
) -> None:
    (finding,) = found(policies, f"assert {asked}")
    assert (finding.name, note(finding), finding.help) == ("requirement-undecided", said, "")


def test_a_fact_that_is_missing_all_the_same_is_asked_for() -> None:
    (finding,) = found(
        with_lines("start_within = 10 minutes"),
        "assert every rule where rule.start_within >= 2 hours satisfies rule.vault.lock == compliance",
    )
    assert note(finding) == "`start_within` (policy.bpol:8)"
    assert finding.help == "add it to `vaults` of the snapshot"


def test_what_makes_a_requirement_apply_is_looked_at_too() -> None:
    policies = with_lines("start_within = 10 minutes")
    scoped = (
        "for some rule satisfies rule.start_within {} 1 hour  assert every rule satisfies rule.retention >= 90 days"
    )
    (violated,) = found(policies, scoped.format(">"))
    (idle,) = found(policies, scoped.format("<="))
    assert (violated.name, note(violated)) == ("requirement-violated", "`start_within` (policy.bpol:8)")
    assert (idle.name, note(idle)) == ("requirement-applies-to-nothing", "`start_within` (policy.bpol:8)")


def test_an_assertion_that_holds_of_nothing_since_a_setting_is_refused_says_so() -> None:
    asked = "assert every rule where rule.start_within <= 1 hour satisfies rule.retention >= 90 days"
    (finding,) = found(with_lines("start_within = 10 minutes"), asked)
    assert (finding.name, note(finding)) == ("requirement-vacuous", "`start_within` (policy.bpol:8)")


RAW = (
    WITH_MANAGEMENT.replace("  name: Root", "  name: Root\n  policies: [raw]")
    + "policies: {raw: {content: 'CONTENT'}}\n"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            '{"plans": {"daily": {"rules": {"nightly": {"start_backup_window_minutes": {"@@assign": "1"}}}}}}',
            "`start_backup_window_minutes` of policy `raw`",
        ),
        ('{"plans": {"daily": {"rules": {"nightly": [1]}}}}', "rule `nightly` of policy `raw`"),
        ('{"plans": {"daily": {"rules": {"@@assign": "x"}}}}', "`rules` of policy `raw`"),
        ('{"plans": {"daily": {"rules": {"nightly": {"lifecycle": [1]}}}}}', ""),
        ("[1]", "policy `raw`"),
    ],
)
def test_a_policy_of_the_snapshot_is_named(content: str, said: str) -> None:
    assert notes(SOUND, SHORT, RAW.replace("CONTENT", content)) == [said]


def test_many_refused_settings_are_counted() -> None:
    lines = [f'copy to "{VAULT}:x.{number}"' for number in range(5)]
    (said,) = notes(with_lines(*lines), "every rule satisfies rule.leaves_region")
    assert said.endswith(f"copy `{VAULT}:x.2` (policy.bpol:10), and 2 more")


def test_a_line_of_a_template_is_named_once_with_its_uses() -> None:
    template = "template rule quick { start_within = 10 minutes }\n"
    root = SOUND.replace("rule nightly {", "rule nightly like quick {")
    below = BELOW.replace("nightly { LINE }", "nightly like quick")
    (shop,) = [each for each in found(template + root + below, f"assert {SHORT}") if SHOP in each.accounts]
    assert note(shop) == "`start_within` (policy.bpol:1)"
    assert [label.text for label in shop.labels] == ["AWS refuses this", "used here", "used here"]


def test_a_waiver_covers_the_violation_and_a_baseline_knows_it() -> None:
    refused, asked = with_lines("start_within = 10 minutes"), f"require asked {{ assert {SHORT} }}\n"
    waiver = 'waive asked for root until 2030-12-31 because "OPS-1: later"\n'
    evaluation = evaluated(refused + asked + waiver, WITH_MANAGEMENT)
    verdict = verdict_of(evaluation, Gate(), at=AT)
    assert [finding.diagnostic.name for finding in verdict.waived] == ["requirement-violated"]
    assert "waiver-unused" not in {finding.name for finding in verdict.diagnostics}
    (with_refusal,), (without,) = found(refused, f"assert {SHORT}"), found(SOUND, f"assert {SHORT}")
    assert identity(with_refusal) == identity(without)
