"""Plans of accounts as AWS Backup's own JSON, and that importing them gives the same plans again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.moment import AT

from policyengine.analysis.findings.registry import LEVELLED
from policyengine.aws.backup_plans import joined, policy_content, read_answer
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.merge import resolve
from policyengine.aws.organization import Entity, Organization
from policyengine.base.source import Source
from policyengine.engine import compile_sources
from policyengine.export import account_plans, plan_regions
from policyengine.project import load_project
from policyengine.stages import PURE

ACCOUNT, REGION = "111122223333", "eu-west-1"
FULL = """\
policy full {
  plan daily {
    regions = [eu-west-1, eu-central-1]
    rule nightly {
      schedule = monthly on day 1 at 05:00
      vault = "Main"
      air_gapped_vault = "Gap"
      start_within = 1 hours
      complete_within = 10 hours
      retain = 400 days
      cold_after = 30 days
      archive = true
      index = [EBS]
      recovery_point_tags { "made-by" = "policy" }
      copy to vault "Main" in eu-central-1 { retain = 400 days }
      copy to vault "Far" in eu-west-3 account "999999999999" { retain = 500 days }
    }
    rule hourly { schedule = hourly  vault = "Main"  retain = 7 days  continuous = true }
    tag selection tagged {
      role = "service-role/Backup"
      key = "env"
      values = ["prod", "stage"]
      where name: "tier" == "gold"
    }
    resource selection tables { role = "Backup"  types = [DynamoDB]  where name: "team" like "data-*" }
    advanced { windows_vss = true  s3_acls = false }
    plan_tags { owner = "ops" }
  }
  plan weekly {
    regions = [eu-west-2]
    rule sundays { schedule = cron("0 5 ? * SUN *")  vault = "Main"  retain = 90 days }
    resource selection all { role = "Backup"  types = ["*"]  except_types = [S3] }
  }
}
"""


def published(policies: str) -> Json:
    compiled = compile_sources([Source("policy.bpol", policies)])
    assert not compiled.failed, [str(found) for found in compiled.diagnostics]
    return effective(compiled.value.policies)


def effective(policies: tuple[PolicyDocument, ...]) -> Json:
    """What AWS publishes for an account below a root with these policies."""
    root = Entity("root", "r-ab12", "Root", "", None, policies)
    account = Entity("account", ACCOUNT, "shop", "shop", root)
    documents = {policy.name: policy for policy in policies}
    (outcome,) = resolve(Organization((root, account), documents), at=AT).accounts
    assert outcome.status == "valid", outcome.resolved.errors if outcome.resolved else None
    return outcome.published


def test_everything_that_a_plan_can_say() -> None:
    (exported,) = account_plans(published(FULL), ACCOUNT, REGION)
    assert exported == json.loads((Path(__file__).parent / "full_plan.json").read_text(encoding="utf-8"))


def test_the_regions_of_plans() -> None:
    assert plan_regions(published(FULL)) == ["eu-central-1", "eu-west-1", "eu-west-2"]


@pytest.mark.parametrize("region", ["eu-west-1", "eu-west-2"])
def test_importing_it_gives_the_same_plans(region: str) -> None:
    document = published(FULL)
    assert again(document, region) == without_names(document, region)


@pytest.mark.parametrize("example", ["acme", "existing", "ledger", "retail"])
def test_every_account_of_the_examples_comes_back(example: str) -> None:
    project = load_project(Path(__file__).parents[2] / "examples" / example, known_checks=LEVELLED)
    assert project.snapshot
    compiled = compile_sources(project.sources).value
    organization = PURE.attach(PURE.read_snapshot(project.snapshot), compiled, only_project=False).value
    documents = {json.dumps(account.published): account.published for account in resolve(organization, at=AT).accounts}
    compared = [
        (again(document, region), without_names(document, region))
        for document in documents.values()
        for region in plan_regions(document)
    ]
    assert compared
    assert all(imported == exported for imported, exported in compared)


def again(document: Json, region: str) -> Json:
    """The effective plans of what `import` makes of an account's exported plans."""
    answer = read_answer(account_plans(document, ACCOUNT, region), "aws", region)
    content, unsaid = policy_content(joined({"file": answer})["file"], region, "aws")
    assert [part for part in unsaid if "role" not in part.message] == []
    text = json.dumps(content)
    return without_names(effective((PolicyDocument("again", content, len(text), len(text)),)), region)


def without_names(document: Json, region: str) -> Json:
    """The plans of a Region, with the account's id for AWS's placeholder, and conditions without their names."""
    text = json.dumps(document).replace("$account", ACCOUNT).replace("$region", region)
    plans: dict[str, Any] = json.loads(text)["plans"]
    here = {name: plan | {"regions": [region]} for name, plan in plans.items() if region in plan["regions"]}
    for plan in here.values():
        for selections in plan["selections"].values():
            for selection in selections.values():
                for operator, entries in selection.get("conditions", {}).items():
                    found = sorted(entries.values(), key=lambda entry: entry["condition_key"])
                    selection["conditions"][operator] = found
        for rule in plan["rules"].values():
            rule["copy_actions"] = sorted(rule.get("copy_actions", {}).values(), key=json.dumps)
    return here
