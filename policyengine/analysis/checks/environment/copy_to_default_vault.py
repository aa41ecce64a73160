from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import crossing, finding
from policyengine.aws.deployment import Destination, PlacedRule
from policyengine.base.catalogue.example_organizations import SANDBOX
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

_RULE = 'schedule = daily at 05:00\nvault = "Main"\nretain = 35 days\n'

RULE = Rule(
    code="PE610",
    name="copy-to-default-vault",
    severity=Severity.ERROR,
    title="a copy goes to the vault `Default` of another account",
    rationale=(
        "The vault `Default` is encrypted with AWS Backup's own key, which no other account can use, so a copy from "
        "another account cannot go there. The backup itself completes and only the copy jobs fail, which is easy to "
        "overlook."
    ),
    bad=one_rule(_RULE + 'copy to vault "Default" in eu-west-1 account "222222222222"', tree=SANDBOX),
    good=one_rule(_RULE + 'copy to vault "Central" in eu-west-1 account "222222222222"', tree=SANDBOX),
    reference="facts 4.1, 4.4, 8.18",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html",),
    harm=Harm.COPY,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per copy; within the account it is `default-vault-assumed`."""
    for plan, place in facts.each_rule(_to_default):
        yield finding(
            RULE,
            facts,
            plan,
            place.path,
            message="vault `Default` takes no copies from other accounts",
            advice="create a vault with a customer managed key in the other account and copy there",
        )


def _to_default(rule: PlacedRule) -> Iterator[Destination]:
    return (place for place in crossing(rule) if place.vault.name == "Default")
