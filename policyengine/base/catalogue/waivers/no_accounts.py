"""PE806: there is no account to judge."""

from __future__ import annotations

from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Rule, Severity

_EMPTY = """\
version: 1
root:
  name: Root
  units:
    - name: Prod
"""

RULE = Rule(
    code="PE806",
    name="no-accounts",
    severity=Severity.WARNING,
    title="there is no account to judge",
    rationale=(
        "Checks of the organization and requirements are about accounts. Where the snapshot has none, or there is no "
        "snapshot, they say nothing, which is no pass: with `--strict` it is an error. Often the snapshot was pulled "
        "by somebody who may not list accounts."
    ),
    bad=one_rule(tree=_EMPTY),
    good=one_rule(tree=ONE_UNIT),
    reference="language.md 5.2",
)
