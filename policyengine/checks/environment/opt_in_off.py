from __future__ import annotations

from collections.abc import Collection, Iterator

from policyengine.catalogue.example_organizations import ONE_UNIT
from policyengine.catalogue.example_projects import one_rule
from policyengine.checks.facts import Facts
from policyengine.checks.places import finding
from policyengine.diagnostics import Diagnostic, Fact, Harm, Rule, Severity
from policyengine.facts import resource_features
from policyengine.plan import Plan, Selection
from policyengine.wording import listed, quoted

_SELECTION = 'resource selection files { role = "Backup"  types = [EFS, FSx] }'

RULE = Rule(
    code="PE605",
    name="opt-in-off",
    severity=Severity.ERROR,
    title="a resource type is switched off in the management account",
    rationale=(
        "The service opt-in of the management account, Region by Region, decides for every plan that comes from a "
        "policy. A selection that names a resource type goes past it, with exceptions: FSx, Aurora, DocumentDB and "
        "Neptune always need the opt-in, and without it nothing is backed up and nothing is said. Selections by tag "
        "or `*` obey the opt-in for every type, which is what they are for; that no type at all is switched on is "
        "worth an info."
    ),
    bad=one_rule(selection=_SELECTION, tree=ONE_UNIT + "settings:\n  opt_in: {eu-west-1: [EC2, EFS]}\n"),
    good=one_rule(selection=_SELECTION, tree=ONE_UNIT + "settings:\n  opt_in: {eu-west-1: [EC2, FSx]}\n"),
    reference="facts 2.3.1, 2.3.2, 2.3.3, 8.4",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/manage-cross-account.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources-json.html",
    ),
    harm=Harm.BACKUP,
    needs=(Fact.OPT_IN,),
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per selection and Region of which the snapshot knows the opt-in."""
    settings = facts.organization.settings
    for region, names in (settings.opt_in or {} if settings else {}).items():
        on = {name.casefold() for name in names}
        for plan in facts.plans:
            if region in plan.regions:
                yield from _found(facts, plan, region, on)


def _found(facts: Facts, plan: Plan, region: str, on: Collection[str]) -> Iterator[Diagnostic]:
    for selection in plan.selections:
        if not on and not selection.names_types:
            yield _nothing(facts, plan, selection, region)
        off = _switched_off(selection, on)
        if off:
            services = listed(dict.fromkeys(service for services in off.values() for service in services), "and")
            yield finding(
                RULE,
                facts,
                plan,
                f"{selection.path}/resource_types",
                message=f"{listed(off, 'and')} will not be backed up in {region}: "
                f"the management account has not opted in to {services} there",
                advice=f"opt in to {services} in {region} of the management account, or leave the type out",
                region=region,
            )


def _nothing(facts: Facts, plan: Plan, selection: Selection, region: str) -> Diagnostic:
    return finding(
        RULE,
        facts,
        plan,
        selection.path,
        message=f"selection {quoted(selection.name)} backs up nothing in {region}: "
        "the management account has opted in to no resource type there",
        advice=f"opt in to the types that are meant, in {region} of the management account",
        region=region,
        severity=Severity.INFO,
    )


def _switched_off(selection: Selection, on: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The types that it names for nothing, with AWS's names; one that stands for several is off if all of them are."""
    known = resource_features()
    named = {name: known[name] for name in selection.reach if selection.names_types and name in known}
    return {
        name: can.opt_in
        for name, can in named.items()
        if can.opt_in_always
        and can.opt_in
        and not any(service.casefold() in on for service in (*can.opt_in, *can.opt_in_perhaps))
    }
