"""A project of five accounts, and what its tests come to, as short as it can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.moment import AT
from support.small_projects import BASELINE

from policyengine.base.source import Source
from policyengine.engine import run_project_tests

if TYPE_CHECKING:
    from policyengine.analysis.expectations import TestRun

TREE = """\
version: 1
organization: {id: o-exampleorgid, management_account: "111111111111"}
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Shops
      accounts:
        - {id: "222222222222", name: books, tags: {env: prod}}
        - {id: "333333333333", name: toys}
    - name: Labs
      accounts:
        - {id: "444444444444", name: toys}
        - {id: "000000000001", name: oldest}
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], lock: {mode: governance}}
"""
POLICIES = (
    BASELINE
    + """\
policy shorter { plan daily { rule nightly { retain = 7 days } } }
policy longer { plan daily { rule nightly { retain = 90 days } } }
policy broken { plan weekly { regions = [eu-west-1] } }
policy refused { plan daily { rule nightly { start_within = 30 minutes } } }
attach baseline to root

require month "A month" { reference = "Rule 4"  assert every rule satisfies rule.retention >= 30 days message "too short" }
require production {
  for account.tags["env"] == "prod"
  assert every rule satisfies rule.vault.lock == compliance
}
require elsewhere { assert some copy satisfies copy.vault.exists }
require keyed { assert every rule satisfies rule.vault.key == customer }
let production = "prod"
"""
)


def run(*files: str, tree: str = TREE, policies: str = POLICIES, coverage: bool = False) -> TestRun:
    """What the tests in the files come to beside the policies, which stand in `policies.bpol`."""
    sources = [Source(f"{number}.bpol", text) for number, text in enumerate(files, 1)]
    everything = [*sources, Source("policies.bpol", policies)]
    outcome = run_project_tests(everything, Source("organization.yaml", tree), at=AT, coverage=coverage)
    assert [found.message for found in outcome.diagnostics if outcome.failed] == []
    assert outcome.value
    return outcome.value


def faults(steps: str, tree: str = TREE, policies: str = POLICIES) -> list[str]:
    """What fails one test, each behind the text that it is about; help stands in brackets."""
    (result,) = run(f'test "it" {{\n{steps}\n}}\n', tree=tree, policies=policies).results
    told = []
    for failure in result.failures:
        for cause in failure.causes:
            advice = f" [{cause.help}]" if cause.help else ""
            told.append(f"{failure.span.text}: {cause.message}{advice}")
    return told
