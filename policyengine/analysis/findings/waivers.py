"""`waive` statements as waivers: what each names and covers, whether it still holds (language.md section 6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import cast

from msgspec.structs import replace

from policyengine.analysis.findings.registry import BY_NAME, FIXED, RULES
from policyengine.analysis.findings.waiver_rules import NOT_WAIVABLE, WAIVER_EXPIRED
from policyengine.analysis.requirements.requirement_rules import REQUIREMENT_UNDECIDED, REQUIREMENT_VIOLATED
from policyengine.aws.documents import TargetName
from policyengine.aws.organization import Entity, Organization, targets_in
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.base.text import Nearest, listed, quoted, suggestion
from policyengine.language.syntax.literals import Date, Name
from policyengine.language.syntax.nodes import TargetNode, Waive

NOWHERE = ""
"""Stands for the account of a finding that concerns none in particular."""

_ABOUT_REQUIREMENTS = frozenset({REQUIREMENT_VIOLATED.name, REQUIREMENT_UNDECIDED.name})
_WAIVABLE = frozenset(rule.name for rule in RULES if not rule.fixed)


def places(diagnostic: Diagnostic) -> frozenset[str]:
    """The ids of the accounts that a finding concerns, or `NOWHERE`."""
    return frozenset(diagnostic.accounts or (NOWHERE,))


def waivable_names(diagnostic: Diagnostic) -> tuple[str, ...]:
    """The names by which a finding can be waived: its check's and its requirement's; none where it is fixed."""
    if diagnostic.code in FIXED:
        return ()
    is_of_requirement = diagnostic.name in _ABOUT_REQUIREMENTS
    return (diagnostic.name, diagnostic.requirement) if is_of_requirement else (diagnostic.name,)


class Waiver(Record):
    """An agreement to accept the findings of a check or a requirement.

    `accounts` are the ids at or below the target. `until` is the last day on which it holds, UTC. `requirements` are
    those of a pack that is waived as a whole, and `what` is then `pack "NAME"`.
    """

    what: str
    target: Entity
    accounts: frozenset[str]
    until: date
    because: str
    span: Span
    requirements: frozenset[str] = frozenset()

    @property
    def about(self) -> frozenset[str]:
        """The names of what it waives."""
        return self.requirements or frozenset((self.what,))

    def names(self, diagnostic: Diagnostic) -> bool:
        """Whether it is for such findings, wherever they are."""
        return not self.about.isdisjoint(waivable_names(diagnostic))

    def covered(self, accounts: AbstractSet[str]) -> frozenset[str]:
        """Those of the accounts, by id, that are at or below the target; `NOWHERE` is below the root only."""
        return frozenset(accounts) if self.target.kind == "root" else self.accounts & accounts


class WaiverIndex:
    """Waivers by name and target, so that a finding is held against those that may cover it, and no others.

    Where two waivers cover the same, the one that holds longer comes first.
    """

    def __init__(self, waivers: Collection[Waiver]) -> None:
        self._waivers = sorted(waivers, key=_longest_first)
        self._ranks: dict[str, dict[Entity, int]] = {}
        for rank, waiver in enumerate(self._waivers):
            for name in waiver.about:
                self._ranks.setdefault(name, {}).setdefault(waiver.target, rank)
        self._targets_over = _targets_over({waiver.target: waiver for waiver in waivers})

    def candidates(self, diagnostic: Diagnostic) -> list[Waiver]:
        """The waivers by name that may cover a part of a finding, in order; of several for one target the first."""
        ranks = {rank for name in waivable_names(diagnostic) for rank in self._ranks_of(name, diagnostic)}
        return [self._waivers[rank] for rank in sorted(ranks)]

    def unused(self, present: Iterable[Diagnostic]) -> list[Waiver]:
        """The waivers that cover none of the findings, in order."""
        used: set[tuple[str, Entity]] = set()
        for diagnostic in present if self._waivers else ():
            accounts = places(diagnostic)
            for waiver in self.candidates(diagnostic):
                key = (waiver.what, waiver.target)
                if key not in used and waiver.covered(accounts):
                    used.add(key)
        return [waiver for waiver in self._waivers if (waiver.what, waiver.target) not in used]

    def _ranks_of(self, name: str, diagnostic: Diagnostic) -> Iterable[int]:
        """Goes by targets or by accounts, whichever are fewer."""
        ranks = self._ranks.get(name, {})
        if len(ranks) <= len(diagnostic.accounts):
            return ranks.values()
        targets = (
            target for number in (NOWHERE, *diagnostic.accounts) for target in self._targets_over.get(number, ())
        )
        return (ranks[target] for target in targets if target in ranks)


def _longest_first(waiver: Waiver) -> tuple[int, str, int]:
    return -waiver.until.toordinal(), waiver.span.source.name, waiver.span.start


def _targets_over(waivers: Mapping[Entity, Waiver]) -> Mapping[str, list[Entity]]:
    """The targets at or above each account, by id; the root, which is above them all, under `NOWHERE`."""
    targets: dict[str, list[Entity]] = {}
    for target, waiver in waivers.items():
        for number in (NOWHERE,) if target.kind == "root" else waiver.accounts:
            targets.setdefault(number, []).append(target)
    return targets


def read_waivers(
    statements: Sequence[Waive],
    organization: Organization | None,
    requirements: Collection[str] | None,
    packs: Mapping[str, Collection[str]],
    *,
    today: date,
) -> Outcome[tuple[Waiver, ...]]:
    """The waivers that hold today, and what is wrong with the others: each fault of a statement is one finding.

    Without an organization any target may exist, and a waiver covers no account. `requirements` are all names that the
    project and its packs have, None where some may be missing: then any name may be theirs. `packs` has the names of
    the requirements of each pack that the project uses. Dates that are names of lets have been replaced
    (`dated_waivers`).
    """
    if not statements:
        return Outcome(())
    reader = _Reader(organization, requirements, packs, today)
    read = [reader.read(statement) for statement in statements]
    waivers = tuple(waiver for waiver in read if isinstance(waiver, Waiver))
    return Outcome(waivers, tuple(fault for faults in read if not isinstance(faults, Waiver) for fault in faults))


class _Reader:
    """Reads statements against what can be waived, and where."""

    def __init__(
        self,
        organization: Organization | None,
        requirements: Collection[str] | None,
        packs: Mapping[str, Collection[str]],
        today: date,
    ) -> None:
        self._targets = targets_in(organization, "for") if organization else None
        self._accounts = _accounts_below(organization) if organization else {}
        self._requirements = requirements
        self._packs = packs
        self._nearest = Nearest((*(requirements or ()), *_WAIVABLE))
        self._today = today

    def read(self, statement: Waive) -> Waiver | list[Diagnostic]:
        """The waiver that a statement means, or its faults."""
        # INVARIANT: no `until` is a name any more.
        day = cast("Date", statement.until)
        what, until = statement.what, date(day.year, day.month, day.day)
        target = self._target(statement.target)
        if statement.pack:
            faults = [] if self._requirements is None or what.text in self._packs else [self._no_pack(what)]
        else:
            faults = [] if self._may_be_waived(what.text) else [self._not_waivable(what)]
        gone = statement.pack and faults  # with a pack that is not used the waiver goes, whatever its date
        if until < self._today and not gone:
            faults.append(_expired(statement, until))
        if isinstance(target, Diagnostic):
            return [*faults, target]
        accounts = self._accounts.get(target, frozenset())
        name = f'pack "{what.text}"' if statement.pack else what.text
        waived = frozenset(self._packs.get(what.text, ())) if statement.pack else frozenset()
        return faults or Waiver(name, target, accounts, until, statement.because.value, statement.span, waived)

    def _target(self, target: TargetNode) -> Entity | Diagnostic:
        if self._targets is None:
            return _unplaced(target)
        entity = self._targets.find(TargetName(target.kind, target.text, target.span))
        return replace(entity, fix=None) if isinstance(entity, Diagnostic) else entity  # as in `_not_waivable`

    def _may_be_waived(self, name: str) -> bool:
        if self._requirements is None:
            return name not in BY_NAME or name in _WAIVABLE
        return name in _WAIVABLE or name in self._requirements

    def _no_pack(self, what: Name) -> Diagnostic:
        names = sorted(self._packs)
        known = f"it uses {listed(names, 'and')}" if names else "it uses none"
        advice = suggestion(what.text, names) or known
        return NOT_WAIVABLE.at(what.span, f"the project uses no pack {quoted(what.text)}", help=str(advice))

    def _not_waivable(self, what: Name) -> Diagnostic:
        name = quoted(what.text)
        if rule := BY_NAME.get(what.text):
            advice = f"{rule.fixed}: mend what it finds"
            return NOT_WAIVABLE.at(what.span, f"findings of {name} cannot be waived", help=advice)
        by_code = next((rule.name for rule in RULES if rule.code == what.text.upper()), "")
        advice = (
            f"checks go by name: did you mean {quoted(by_code)}?" if by_code else self._nearest.suggestion(what.text)
        )
        # No fix: what is waived no longer fails the gate, which nothing but a person decides.
        return NOT_WAIVABLE.at(what.span, f"there is no requirement and no check {name}", help=str(advice))


def _expired(statement: Waive, until: date) -> Diagnostic:
    what = f'pack "{statement.what.text}"' if statement.pack else statement.what.text
    return WAIVER_EXPIRED.at(
        statement.until.span,
        f"the waiver of {quoted(what)} ended on {until}",
        help="mend what it covers and remove it, or agree on a later date",
    )


def _unplaced(target: TargetNode) -> Entity:
    """A target in an unknown organization."""
    return Entity(target.kind, None, target.text, target.text, None)


def _accounts_below(organization: Organization) -> Mapping[Entity, frozenset[str]]:
    """Ids of the accounts at or below each entity."""
    ids: dict[Entity, set[str]] = {entity: set() for entity in organization.entities}
    for account in organization.accounts:
        for entity in account.chain:
            ids[entity].add(account.id or "")
    return {entity: frozenset(numbers) for entity, numbers in ids.items()}
