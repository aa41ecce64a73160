"""What only follows from a refused document is not told beside its refusal; everything else is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.evaluation import evaluated, settled
from support.small_projects import MANAGEMENT, WITH_MANAGEMENT

from policyengine.base.diagnostics import Diagnostic, Severity

SOUND = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'
TAGGED = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
POLICY = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      RULE
    }
    SELECTION
  }
}
attach baseline to root
"""


def policy(rule: str = SOUND, selection: str = TAGGED) -> str:
    return POLICY.replace("RULE", rule).replace("SELECTION", selection)


def found(policies: str, tree: str = WITH_MANAGEMENT) -> Sequence[Diagnostic]:
    evaluation = evaluated(policies, tree)
    assert not evaluation.stopped, [found.message for found in evaluation.diagnostics]
    diagnostics = settled(evaluation)
    return [found for found in diagnostics if found.severity is not Severity.INFO]


def told(policies: str, tree: str = WITH_MANAGEMENT) -> list[str]:
    return [finding.name for finding in found(policies, tree)]


@pytest.mark.parametrize(
    ("wrong", "refusals"),
    [
        (SOUND.replace("daily at 05:00", '"rate(1 day)"'), ["schedule-invalid"]),
        (SOUND.replace("35 days", '"0"'), ["number-out-of-range"]),
        (SOUND.replace("Main", "Main.1"), ["malformed-vault-name"]),
        (SOUND.replace("retain = 35 days", "continuous = true"), ["continuous-retention"]),
        (SOUND + "continuous = true  cold_after = 8 days", ["cold-storage-in-continuous-rule"]),
        (
            SOUND + "archive = true  cold_after = 8 days",
            ["archive-gap-too-short", "archive-schedule-too-frequent"],
        ),
    ],
)
def test_what_a_refused_setting_leaves_behind_is_not_reported(wrong: str, refusals: list[str]) -> None:
    assert told(policy(wrong)) == refusals


def test_a_refused_selection_is_not_missing() -> None:
    assert told(policy(selection='tag selection all { role = "Backup"  key = "backup"  values = [] }')) == [
        "empty-list"
    ]


def test_no_run_is_lost_to_a_rule_whose_retention_is_refused() -> None:
    daily = SOUND + "}\nrule weekly {\n"
    weekly = 'schedule = weekly on sunday at 09:00\nvault = "Main"\nretain = DAYS\n'
    assert told(policy(daily + weekly.replace("DAYS", '"0"'))) == ["number-out-of-range"]
    assert told(policy(daily + weekly.replace("DAYS", "366 days"))) == ["windows-overlap"]


def test_what_else_is_wrong_with_the_rule_is_reported() -> None:
    wrong = SOUND.replace("daily at 05:00", '"rate(1 day)"').replace("retain = 35 days", "")
    assert told(policy(wrong), WITH_MANAGEMENT + "vaults: []\n") == [
        "schedule-invalid",
        "vault-missing",
        "retention-unlimited",
    ]


def test_accounts_above_the_refused_document_have_findings_of_what_they_lack() -> None:
    baseline = policy(SOUND.replace("schedule = daily at 05:00", ""))
    below = 'policy prod { plan daily { rule nightly { schedule = "rate(1 day)" } } }\nattach prod to ou "Prod"\n'
    refused, missing = found(baseline + below)
    assert (refused.name, refused.policies) == ("schedule-invalid", ("prod",))
    assert (missing.name, missing.accounts) == ("schedule-missing", (MANAGEMENT,))


def test_an_account_is_not_without_a_plan_where_its_policy_is_refused() -> None:
    tree = (
        WITH_MANAGEMENT.replace("  name: Root", "  name: Root\n  policies: [raw]")
        + "policies: {raw: {content: '{\"rules\": 1}'}}\n"
    )
    assert told("", tree) == ["unknown-key"]
