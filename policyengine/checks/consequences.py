"""What only follows from a refused document: a rule whose schedule AWS would refuse does not lack one.

A run with refused documents goes on without their refused settings. What is said of a setting that is left out, or
hangs on one, is false on the accounts below such a document, and goes with the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from policyengine.checks.dependence import weighs
from policyengine.diagnostics import Diagnostic
from policyengine.effective import keys
from policyengine.model.documents import Json, PolicyDocument
from policyengine.organization.tree import Organization

_PLAN = 2  # steps of a path down to a plan
_MISSING = re.compile(r"'(\w+)' is missing$")
_NO_SCAN_SETTINGS = "scan_settings(undefined)"

_Path = tuple[str, ...]


class LeftOut(NamedTuple):
    """The folded paths of what is left out of a refused document, and the ids of the accounts below it."""

    policy: str
    paths: tuple[_Path, ...]
    accounts: frozenset[str]


def without_consequences(found: Iterable[Diagnostic], refused: Collection[LeftOut]) -> Iterator[Diagnostic]:
    """The findings, each for the accounts on which it does not merely follow from a refused document."""
    for one in found:
        below = {number for doc in refused if _follows(one, doc.paths) for number in doc.accounts}
        if not below.intersection(one.accounts):
            yield one
        elif left := tuple(number for number in one.accounts if number not in below):
            yield replace(one, accounts=left)


def left_out(organization: Organization, substitutes: Mapping[PolicyDocument, PolicyDocument]) -> Iterator[LeftOut]:
    """What a run goes on without, for each refused document; `substitutes` are what is left of them."""
    for policy, rest in substitutes.items():
        chains = ((account.id or "", account.chain) for account in organization.accounts)
        below = {number for number, chain in chains if any(policy in entity.policies for entity in chain)}
        yield LeftOut(policy.name, tuple(_left_out(policy.content, rest.content, ())), frozenset(below))


def _left_out(node: Json, rest: Json, path: _Path) -> Iterator[_Path]:
    """The folded paths of everything in a document that is not in the rest of it."""
    for key, child in node.items() if isinstance(node, dict) else ():
        place, left = (*path, key.lower()), rest if isinstance(rest, dict) else {}
        if key not in left:
            yield place
        yield from _left_out(child, left.get(key), place)


def _follows(found: Diagnostic, paths: Iterable[_Path]) -> bool:
    if found.name == "account-without-plan":
        return True
    if found.name == "effective-policy-invalid":
        lacks = _lacking(found)
        return bool(lacks) and any(path[: len(lacks)] == lacks or lacks[: len(path)] == path for path in paths)
    return any(weighs(found, path) for path in paths)


def _lacking(found: Diagnostic) -> _Path:
    """The path of what AWS finds missing in an effective policy; empty where that is not what is wrong."""
    at = keys(found.path)
    if missing := _MISSING.search(found.message):
        return (*at, missing[1])
    return (*at[:_PLAN], "scan_settings") if _NO_SCAN_SETTINGS in found.message else ()
