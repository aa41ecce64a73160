"""PE805: the snapshot does not tell what checks need, and the gate is strict."""

from __future__ import annotations

from policyengine.base.catalogue.example_organizations import ONE_UNIT
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Rule, Severity

_STRICT = "[gate]\nstrict = true\n"
_TOLD = """\
vaults:
  - {name: Main, accounts: "*", regions: [eu-west-1], lock: none, type: standard}
roles:
  - {name: Backup, accounts: "*"}
settings:
  opt_in: {eu-west-1: [EBS, EC2, RDS]}
"""

RULE = Rule(
    code="PE805",
    name="facts-missing",
    severity=Severity.ERROR,
    title="the snapshot does not tell what checks need, and the gate is strict",
    rationale=(
        "What a snapshot leaves out is unknown, and a check that needs it is silent: nobody knows whether the vault is "
        "there. `check` says in a line which facts these are and how many checks ask for them. With `--strict` each of "
        "them is an error, so that nobody can silence the gate by taking facts away, unless `unknown` under `[gate]` "
        "accepts it by name: `vaults`, `vault-locks`, `vault-types`, `vault-keys`, `roles`, `opt-in`, "
        "`dynamodb-advanced`, `cross-account-backup` or `tags`. Facts that no plan needs are not missed."
    ),
    bad={**one_rule(), "policyengine.toml": _STRICT},
    good={**one_rule(tree=ONE_UNIT + _TOLD), "policyengine.toml": _STRICT},
    reference="interface.md 1, 2",
)
