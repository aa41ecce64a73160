"""The types that selections by tag, of all types, or of all but some take in a Region (facts 2.3.2, 2.3.3, 3.5, 3.14)."""

from __future__ import annotations

from collections.abc import Iterator

from oracle import capabilities
from oracle.capabilities import TYPES
from oracle.deployed import Case, Plan, Selection, Store, in_region, named_beside_all, names_types, opt_in, reach

COMPOSITE = {"CloudFormation", "EKS"}
"""Types whose backups hold backups of others (3.17)."""


def taken(case: Case, plan: Plan) -> Iterator[tuple[str, list[str]]]:
    """A Region of a plan and the types that a selection takes there, if it takes any and all of them are known."""
    for region in plan.regions:
        for selection in plan.selections:
            types = None if names_types(selection) else taken_by(case, selection, region)
            if types:
                yield region, types


def taken_by(case: Case, selection: Selection, region: str) -> list[str] | None:
    """All types that a selection takes in a Region, None where nobody knows them; what it names goes past the opt-in."""
    document, names = selection.document, opt_in(case).get(region)
    types = reach(in_region(selection, region))
    if names_types(selection):
        return [name for name in types if name not in capabilities.OPT_IN_ALWAYS or _is_on(name, names)]
    bare = not document.get("resource_types") and ("conditions" in document or "not_resource_types" in document)
    if (selection.kind == "resource" and bare) or not _all_known(names or []):
        return None
    may_be = named_beside_all(in_region(selection, region))
    return [name for name in types if _is_on(name, names) or name in may_be]


def _is_on(name: str, names: list[str] | None) -> bool:
    """Of two types the name in the opt-in is not confirmed (2.2)."""
    if names is None:
        return True
    on = {each.lower() for each in names}
    services = {word.lower() for word in TYPES[name].opt_in}
    return bool(on & services) or (not services and any(word.replace(" ", "").endswith(name.lower()) for word in on))


def _all_known(names: list[str]) -> bool:
    """Whether nothing is on that nobody knows."""
    services = {word.lower() for can in TYPES.values() for word in can.opt_in}
    unnamed = [name.lower() for name, can in TYPES.items() if not can.opt_in]
    return all(
        name.lower() in services or any(name.lower().replace(" ", "").endswith(kind) for kind in unnamed)
        for name in names
    )


def has_basic_tables(case: Case, region: str) -> bool:
    """Whether DynamoDB surely has no advanced features there (2.3.5)."""
    return case.snapshot.get("settings", {}).get("dynamodb_advanced", {}).get(region) is False


def goes(case: Case, name: str, place: Store, region: str) -> bool:
    """Whether backups of a type may get from a Region into a vault (2.1, 2.1.1, 2.4), without a copy into their own."""
    if place.setting != "copy":
        return region == place.region
    if TYPES[name].copy == "no" or (name == "DynamoDB" and has_basic_tables(case, region)):
        return False
    if capabilities.cut_off(region, place.region) or capabilities.stays_in_region(region, place.region, name):
        return False
    out = TYPES[name].across == "no" or capabilities.stays_in_account(region, name)
    return not (place.crosses and out)
