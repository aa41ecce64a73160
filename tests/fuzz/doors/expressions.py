"""`check_types` and `judge`: any tree has findings, and requirements without any can be judged."""

from __future__ import annotations

import json
import random
from functools import cache, lru_cache

from generators.inventories import stocked
from support.moment import AT

from fuzz.doors.door import Door
from fuzz.laws import holds, spans_lie_in_texts
from fuzz.mutations import texts
from fuzz.seeds import requirement_texts
from fuzz.words import language_words
from policyengine.analysis.requirements import Demands, check_types, findings, judge
from policyengine.aws.deployment import View, deploy
from policyengine.aws.merge import resolve
from policyengine.aws.organization import Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.source import Source
from policyengine.language.syntax import parse


def check(text: str) -> None:
    """Types what a text says and, where nothing is wrong, judges two small organizations by it."""
    module = parse(Source("a.bpol", text)).value
    outcome = check_types([module])
    spans_lie_in_texts(outcome.diagnostics)
    again = check_types([module])
    holds("same findings twice", again.diagnostics == outcome.diagnostics)
    for seed in (0, 7):
        _judged(outcome.value, seed)


def _judged(demands: Demands, seed: int) -> None:
    organization, views = _views(seed, demands.ids)
    judgement = judge(demands.requirements, views, organization.management_account)
    found = list(findings(judgement))
    spans_lie_in_texts(found)
    known = {requirement.name for requirement in demands.requirements}
    holds("findings name requirements", {diagnostic.requirement for diagnostic in found} <= known, found)


@cache
def _organization(seed: int) -> Organization:
    snapshot = stocked(random.Random(seed))
    return attach(read_snapshot(Source("organization.json", json.dumps(snapshot)))).value


@lru_cache(maxsize=64)
def _views(seed: int, apart: frozenset[str]) -> tuple[Organization, tuple[View, ...]]:
    organization = _organization(seed)
    return organization, tuple(deploy(organization, resolve(organization, at=AT), at=AT, apart=apart).published)


DOOR = Door("expressions", check, requirement_texts, language_words(), texts.mutated, seconds_per_character=1e-3)
