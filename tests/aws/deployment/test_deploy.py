"""Plans where they run: who shares them, what they meet in each Region, where their copies go."""

from __future__ import annotations

import json

from aws.deployment.documents import CENTRAL, DESK, SHOP, VAULT, Document, deployment, document, organization, rule
from support.moment import AT

from policyengine.aws.deployment import DAY, FOREVER, OWN, UNKNOWN, DeployedCopy, DeployedPlan, View, deploy, origins
from policyengine.aws.merge import resolve
from policyengine.aws.organization import Entity

EMPTIED: Document = {"plans": {"daily": {"regions": {"@@remove": ["eu-west-1"]}}}}
MAIN = {"name": "Main", "accounts": "*", "regions": ["eu-west-1"]}


def names(accounts: tuple[Entity, ...]) -> list[str]:
    return [account.name for account in accounts]


def the_plan(view: View) -> DeployedPlan:
    (plan,) = view.plans
    return plan


def copies(
    lifecycles: Document, regions: list[str], days: int | None = 35, vaults: list[Document] | None = None
) -> dict[str, tuple[DeployedCopy, ...]]:
    """The copies of a rule in the account `shop`, by Region."""
    policies = {"shop": document(regions, nightly=rule(days=days, copies=lifecycles))}
    found = deployment(policies, {} if vaults is None else {"vaults": vaults})
    (view,) = [view for view in found.candidates if "shop" in names(view.accounts)]
    return {rule.region: rule.copies for rule in the_plan(view).rules}


def the_copy(
    arn: str, lifecycle: dict[str, int], days: int | None = 35, vaults: list[Document] | None = None
) -> DeployedCopy:
    (copy,) = copies({arn: lifecycle}, ["eu-west-1"], days, vaults)["eu-west-1"]
    return copy


def test_accounts_with_the_same_plans_and_vaults_share_a_view() -> None:
    found = deployment({"all": document(["eu-west-1"], nightly=rule())}, {"vaults": [MAIN]})
    (view,) = found.candidates
    assert names(view.accounts) == ["shop", "desk", "central"]
    assert found.published is found.candidates


def test_other_vaults_make_another_view_of_the_same_plan() -> None:
    policies = {"all": document(["eu-west-1"], nightly=rule())}
    found = deployment(policies, {"vaults": [{**MAIN, "accounts": [SHOP, DESK]}]})
    here, there = found.candidates
    assert (names(here.accounts), names(there.accounts)) == (["shop", "desk"], ["central"])
    assert the_plan(here).plan is the_plan(there).plan
    assert [the_plan(view).rules[0].vault.exists for view in (here, there)] == [True, False]


def test_vaults_and_roles_that_no_plan_names_tell_no_accounts_apart() -> None:
    where = {"regions": ["eu-west-1"]}
    parts = {
        "vaults": [
            {"name": "Main", "accounts": "*", **where},
            *({"name": f"own-{account}", "accounts": [account], **where} for account in (SHOP, DESK)),
            {"name": "main", "accounts": [DESK], **where},
        ],
        "roles": [{"name": f"own-{account}", "accounts": [account]} for account in (SHOP, DESK)],
    }
    found = deployment({"all": document(["eu-west-1"], nightly=rule())}, parts)
    # That a vault is spelled otherwise is something that a finding says.
    assert [names(view.accounts) for view in found.candidates] == [["shop", "central"], ["desk"]]


def test_plans_that_a_lower_policy_leaves_alone_are_the_same_plan() -> None:
    own = {"plans": {"own": document(["eu-west-1"], nightly=rule())["plans"]["daily"]}}
    found = deployment({"all": document(["eu-west-1"], nightly=rule()), "shop": own})
    of_shop, others = found.candidates
    assert [plan.plan.name for plan in of_shop.plans] == ["daily", "own"]
    assert names(others.accounts) == ["desk", "central"]
    assert of_shop.plans[0] is the_plan(others)


def test_a_policy_that_accounts_attach_is_read_once_and_named_at_each() -> None:
    accounts = [{"id": number, "name": name, "policies": ["own"]} for number, name in ((SHOP, "shop"), (DESK, "desk"))]
    own = {"content": document(["eu-west-1"], nightly=rule())}
    snapshot = {"version": 1, "root": {"name": "Root", "accounts": accounts}, "policies": {"own": own}}
    both = organization(json.dumps(snapshot))
    first, second = (the_plan(view).plan for view in deploy(both, resolve(both, at=AT), at=AT).candidates)
    assert first is not second
    assert (first.rules, first.reach) == (second.rules, second.reach)
    assert first.document is second.document
    places = [origin.entity.name for plan in (first, second) for origin in origins(plan, f"{plan.path}/regions")]
    assert places == ["shop", "desk"]


def test_a_rule_that_a_lower_policy_leaves_alone_is_the_same_rule() -> None:
    policies = {
        "all": document(["eu-west-1"], nightly=rule(), weekly=rule()),
        "shop": {"plans": {"daily": {"rules": {"weekly": rule(days=35)}}}},
    }
    of_shop, others = (the_plan(view) for view in deployment(policies).candidates)
    assert [placed.rule.name for placed in of_shop.placed] == ["nightly", "weekly"]
    assert [first is second for first, second in zip(of_shop.placed, others.placed, strict=True)] == [True, False]
    assert of_shop.plan.reach is others.plan.reach


def test_in_other_regions_or_beside_other_vaults_a_rule_is_another() -> None:
    policies = {
        "all": document(["eu-west-1"], nightly=rule()),
        "shop": {"plans": {"daily": {"regions": {"@@append": ["eu-central-1"]}}}},
    }
    found = deployment(policies, {"vaults": [{**MAIN, "accounts": [DESK]}]})
    plans = [the_plan(view) for view in found.candidates]
    assert len({plan.plan.rules[0] for plan in plans}) == 1
    assert len({plan.placed[0] for plan in plans}) == len(plans) == 3
    assert [[rule.region for rule in plan.rules] for plan in plans] == [
        ["eu-west-1", "eu-central-1"],
        ["eu-west-1"],
        ["eu-west-1"],
    ]


def test_an_account_that_is_asked_for_by_id_stands_apart() -> None:
    found = deployment({"all": document(["eu-west-1"], nightly=rule())}, apart=[DESK])
    assert [names(view.accounts) for view in found.candidates] == [["shop", "central"], ["desk"]]


def test_an_account_that_the_copies_go_to_stands_apart() -> None:
    arn = VAULT.format("eu-west-1", CENTRAL, "Central")
    found = deployment({"all": document(["eu-west-1"], nightly=rule(copies={arn: {}}))})
    others, central = found.candidates
    assert (names(others.accounts), names(central.accounts)) == (["shop", "desk"], ["central"])
    crosses = [the_plan(view).rules[0].copies[0].cross_account for view in (others, central)]
    assert crosses == [True, False]


def test_accounts_without_policies_have_a_view_without_plans() -> None:
    found = deployment({"shop": document(["eu-west-1"], nightly=rule())})
    _, others = found.candidates
    assert (names(others.accounts), others.plans, others.resolved, others.withheld) == (
        ["desk", "central"],
        (),
        None,
        False,
    )


def test_of_an_invalid_account_what_aws_keeps_is_published() -> None:
    kept = {"plans": {"Before": {"regions": ["eu-west-1"], "rules": {"old": {"target_backup_vault_name": "Old"}}}}}
    policies = {
        "all": document(["eu-west-1"], nightly=rule()),
        "shop": EMPTIED,
    }
    found = deployment(policies, {"last_valid": {SHOP: kept}})
    candidate, published = found.candidates[0], found.published[0]
    assert [view.withheld for view in found.published] == [False, False]
    assert (names(candidate.accounts), the_plan(candidate).plan.name) == (["shop"], "daily")
    assert (names(published.accounts), the_plan(published).plan.name) == (["shop"], "before")
    assert [(rule.rule.name, rule.rule.vault, rule.region) for rule in the_plan(published).rules] == [
        ("old", "Old", "eu-west-1")
    ]
    assert the_plan(found.published[1]) is the_plan(found.candidates[1])


def test_invalid_accounts_of_which_aws_keeps_the_same_share_a_view() -> None:
    kept = {"plans": {"before": {"regions": ["eu-west-1"], "rules": {"old": {"target_backup_vault_name": "Old"}}}}}
    policies = {"all": document(["eu-west-1"], nightly=rule()), **dict.fromkeys(("shop", "desk"), EMPTIED)}
    found = deployment(policies, {"last_valid": {SHOP: kept, DESK: kept}})
    assert [names(view.accounts) for view in found.published] == [["shop", "desk"], ["central"]]


def test_of_an_invalid_account_nobody_may_know_what_is_published() -> None:
    found = deployment({"shop": document(None, nightly=rule()), "desk": document(["eu-west-1"], nightly=rule())})
    withheld = [view for view in found.published if view.withheld]
    assert [(names(view.accounts), view.plans) for view in withheld] == [(["shop"], ())]
    assert [plan.plan.name for view in found.candidates if "shop" in names(view.accounts) for plan in view.plans] == [
        "daily"
    ]


def test_rules_stand_in_every_region_with_the_vault_that_is_there() -> None:
    policies = {
        "shop": document(["eu-west-1", "eu-central-1", "eu-west-1"], nightly=rule("Main"), weekly=rule("Other"))
    }
    found = deployment(policies, {"vaults": [MAIN]})
    plan = the_plan(found.candidates[0])
    assert [(rule.rule.name, rule.region, rule.vault.name, rule.vault.exists) for rule in plan.rules] == [
        ("nightly", "eu-west-1", "Main", True),
        ("nightly", "eu-central-1", "Main", False),
        ("weekly", "eu-west-1", "Other", False),
        ("weekly", "eu-central-1", "Other", False),
    ]
    assert [rule.region for rule in plan.in_regions["weekly"]] == ["eu-west-1", "eu-central-1"]


def test_an_air_gapped_vault_is_looked_up_beside_the_ordinary_one() -> None:
    arn = "arn:aws:backup:$region:$account:backup-vault:Safe"
    safe = {**MAIN, "name": "Safe", "type": "logically_air_gapped"}
    policies = {"shop": document(["eu-west-1"], nightly=rule(air_gapped=arn), weekly=rule())}
    found = deployment(policies, {"vaults": [safe]})
    nightly, weekly = the_plan(found.candidates[0]).rules
    assert nightly.air_gapped is not None
    assert (nightly.air_gapped.name, nightly.air_gapped.region, nightly.air_gapped.type) == (
        "Safe",
        "eu-west-1",
        "air_gapped",
    )
    assert weekly.air_gapped is None


OWN_COPY = VAULT.format("eu-central-1", "$account", "Copies")


def test_a_copy_without_a_retention_has_that_of_its_rule() -> None:
    inherited = the_copy(OWN_COPY, {}).copy
    assert (inherited.retention, inherited.inherits_retention) == (35 * DAY, True)
    cold = the_copy(OWN_COPY, {"move_to_cold_storage_after_days": 10}).copy
    assert (cold.retention, cold.inherits_retention, cold.cold_after) == (35 * DAY, True, 10 * DAY)
    own = the_copy(OWN_COPY, {"delete_after_days": 90}).copy
    assert (own.retention, own.inherits_retention) == (90 * DAY, False)
    unlimited = the_copy(OWN_COPY, {}, days=None).copy
    assert (unlimited.retention, unlimited.inherits_retention) == (FOREVER, True)


def test_a_copy_within_the_account_meets_the_vaults_of_the_account() -> None:
    vaults = [{"name": "Copies", "accounts": [SHOP], "regions": ["eu-central-1"]}]
    copy = the_copy(OWN_COPY, {}, vaults=vaults)
    assert (copy.account, copy.region, copy.cross_account) == (OWN, "eu-central-1", False)
    assert copy.vault is not None
    assert (copy.vault.exists, copy.vault.account) == (True, OWN)


def test_a_copy_to_another_account_meets_the_vaults_there() -> None:
    arn = VAULT.format("eu-central-1", CENTRAL, "Central")
    vaults = [{"name": "Central", "accounts": [CENTRAL], "regions": ["eu-central-1"], "key": "customer"}]
    copy = the_copy(arn, {}, vaults=vaults)
    assert (copy.account, copy.cross_account) == (CENTRAL, True)
    assert copy.vault is not None
    assert (copy.vault.exists, copy.vault.key, copy.vault.account) == (True, "customer", CENTRAL)
    elsewhere = the_copy(VAULT.format("eu-central-1", DESK, "Central"), {}, vaults=vaults)
    assert elsewhere.vault is not None
    assert elsewhere.vault.exists is False


def test_an_account_may_be_named_by_its_own_id() -> None:
    arn = VAULT.format("eu-central-1", SHOP, "Copies")
    vaults = [{"name": "Copies", "accounts": [SHOP], "regions": ["eu-central-1"]}]
    copy = the_copy(arn, {}, vaults=vaults)
    assert (copy.account, copy.cross_account) == (SHOP, False)
    assert copy.vault is not None
    assert copy.vault.exists is True


def test_of_vaults_outside_the_organization_nothing_is_known() -> None:
    copy = the_copy(VAULT.format("eu-central-1", "888888888888", "Central"), {}, vaults=[])
    assert copy.cross_account is True
    assert copy.vault is not None
    assert copy.vault.exists is UNKNOWN


def test_whether_a_copy_leaves_the_region_depends_on_where_the_rule_runs() -> None:
    found = copies({OWN_COPY: {}}, ["eu-west-1", "eu-central-1"])
    assert {region: copy.cross_region for region, (copy,) in found.items()} == {
        "eu-west-1": True,
        "eu-central-1": False,
    }


def test_an_arn_of_no_vault_leads_nowhere() -> None:
    copy = the_copy("arn:aws:backup:eu-west-1:$account:vault:Copies", {})
    assert copy.copy.target is None
    assert (copy.vault, copy.account, copy.cross_region, copy.cross_account) == (None, "", UNKNOWN, UNKNOWN)


def test_nothing_is_deployed_where_backup_policies_are_not_enabled() -> None:
    policies = {"all": document(["eu-west-1"], nightly=rule())}
    found = deployment(policies, {"organization": {"backup_policies_enabled": False}})
    assert [view.plans for view in found.candidates] == [()]
