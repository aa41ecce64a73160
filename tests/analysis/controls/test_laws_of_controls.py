"""Laws of controls: what is unknown never makes one compliant, and where AWS has no control nothing applies."""

from __future__ import annotations

from typing import Any

from analysis.controls.controls_by_hand import AT, DENIES, SHOP, SHORT, TREE, framework, result_of, volume
from hypothesis import given, settings
from hypothesis import strategies as st
from support.evaluation import evaluated

from policyengine.analysis.controls import Compliance, ControlResult, evaluate_controls, every_control
from policyengine.analysis.coverage import InventoryCoverage
from policyengine.aws.resources import ResourceInventory

OF_RESOURCE: dict[str, st.SearchStrategy[Any]] = {
    "tags": st.sampled_from([{"backup": "daily"}, {"backup": "never"}, {}]),
    "encrypted": st.booleans(),
    "kms": st.sampled_from(["arn:aws:kms:eu-west-1:222222222222:key/1", "arn:aws:kms:eu-west-1:1:alias/aws/ebs"]),
    "facts": st.sampled_from([{"restore_minutes": 5}, {"restore_minutes": 5000}]),
}
OF_VAULT: dict[str, st.SearchStrategy[str]] = {
    "lock": st.sampled_from(["none", "{mode: governance}", "{mode: compliance, min_retention_days: 7}"]),
    "policy": st.sampled_from(["none", DENIES.replace("\n", " ")]),
    "type": st.sampled_from(["standard", "logically_air_gapped"]),
}
VAULTS = st.fixed_dictionaries(OF_VAULT).filter(
    lambda vault: vault["type"] == "standard" or "compliance" in vault["lock"]  # AWS has no other air-gapped vault
)


def results(resource: dict[str, Any], vault: dict[str, str]) -> dict[str, ControlResult]:
    """Every control for a volume in a vault."""
    told = "".join(f", {key}: {value}" for key, value in vault.items())
    vaults = f'vaults: [{{name: Main, accounts: ["{SHOP}"], regions: [eu-west-1]{told}}}]\n'
    policies = f"""\
policy baseline {{
  plan daily {{
    regions = [eu-west-1]
    {SHORT}
    tag selection tagged {{ role = "Backup"  key = "backup"  values = ["daily"] }}
  }}
}}
attach baseline to account "{SHOP}"
"""
    run = evaluated(policies, TREE + vaults)
    assert run.deployment
    assert run.organization
    one = volume(**({"tags": None} | resource))
    coverage = InventoryCoverage(ResourceInventory((one,)), run.deployment)
    every = evaluate_controls(every_control(), run.organization, run.deployment, coverage, at=AT)
    return {result.demand.control.name: result for result in every}


@settings(max_examples=25)
@given(
    st.fixed_dictionaries(OF_RESOURCE),
    VAULTS,
    st.sets(st.sampled_from([*OF_RESOURCE, *OF_VAULT]), min_size=1),
)
def test_unknown_is_never_a_yes(resource: dict[str, Any], vault: dict[str, str], unknown: set[str]) -> None:
    known = results(resource, vault)
    fewer = results(
        {key: value for key, value in resource.items() if key not in unknown},
        {key: value for key, value in vault.items() if key not in unknown},
    )
    met = [name for name, result in fewer.items() if result.compliance is Compliance.COMPLIANT]
    assert [name for name in met if known[name].compliance is not Compliance.COMPLIANT] == []


def test_where_aws_has_no_controls_nothing_applies() -> None:
    far = volume(region="ap-southeast-7")
    protected = result_of(framework("BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN"), far)
    assert [(row.compliance, row.annotation) for row in protected.rows] == [
        (Compliance.NOT_APPLICABLE, "neither Audit Manager nor the rule is in ap-southeast-7")
    ]
    older = result_of(framework("EBS_IN_BACKUP_PLAN"), far)
    assert older.compliance is not Compliance.NOT_APPLICABLE
