"""The fewest lines that would turn breakable into guaranteed, and what they would disarm; none is given unproven."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property

from policyengine.model.documents import PolicyDocument
from policyengine.organization.tree import Entity
from policyengine.prove.case import Case
from policyengine.prove.closing import Closing, Keys, closings
from policyengine.prove.prover import Prover
from policyengine.prove.rewriting import Lower, Rewritten, lower_settings
from policyengine.prove.values import Left, Result, Suggestion
from policyengine.prove.words import only_further_down
from policyengine.requirements import Requirement
from policyengine.value import thing

_MOST_TRIED = 24  # lines that are left out one by one, to see whether the others do

_NOTHING_ABOVE = "no policy above it brings in what would have to be closed"
_DISARMING = "lines that close what is open would keep policies further down from making it hold"


def suggest(prover: Prover, requirement: Requirement, results: Sequence[Result]) -> Suggestion | None:
    """Lines for all targets where a requirement can be broken; None where there is no such target."""
    targets = [result.target for result in results if result.outcome == "breakable"]
    return Advice(prover, requirement, targets).suggestion() if targets else None


@thing
class Gap:
    """An open point of a case that has to be closed at a level, and the lines that close it there."""

    case: Case
    lines: tuple[Closing, ...]


class Advice:
    """Looks for lines for some targets of a requirement."""

    def __init__(self, prover: Prover, requirement: Requirement, targets: Sequence[Entity]) -> None:
        self._prover, self._requirement = prover, requirement
        self._cases = {target: prover.case(requirement, target) for target in targets}
        self._known: dict[tuple[PolicyDocument, str], tuple[Closing, ...]] = {}
        self._harmless: dict[Closing, bool] = {}
        self._same: dict[tuple[PolicyDocument, frozenset[Keys]], Closing] = {}

    def suggestion(self) -> Suggestion:
        """The lines, what they disarm, and the targets that they do nothing for."""
        chosen, closed = self._attempt(lambda _: True)
        if len(closed) < len(self._cases):
            harmless = self._attempt(self._is_harmless)
            chosen, closed = max((chosen, closed), harmless, key=lambda attempt: (len(attempt[1]), -len(attempt[0])))
        chosen = self._without_needless(chosen, closed)
        left = tuple(Left(target, self._reason(target)) for target in self._cases if target not in closed)
        lines = tuple(dict.fromkeys(closing.line for closing in chosen))
        return Suggestion(lines, self._rewritten(chosen).disarmed() if chosen else (), left)

    def _attempt(self, may: Callable[[Closing], bool]) -> tuple[list[Closing], frozenset[Entity]]:
        """Lines that close what they can, and the targets where the requirement surely holds then."""
        gaps = [Gap(gap.case, tuple(filter(may, gap.lines))) for gap in self._gaps]
        hopeless = {gap.case for gap in gaps if not gap.lines}
        chosen = _cover([gap for gap in gaps if gap.case not in hopeless], self._is_harmless)
        return chosen, self._closed(chosen)

    @cached_property
    def _gaps(self) -> list[Gap]:
        distinct = {id(case): case for case in self._cases.values() if case.holds_untouched}
        return [gap for case in distinct.values() for gap in self._gaps_of(case)]

    def _gaps_of(self, case: Case) -> Iterator[Gap]:
        for key in case.needed():
            lines = list(self._lines(case, key))
            for level in case.openness.levels(key):
                chain = case.target.chain if level else case.target.chain[:-1]
                binding = {policy for entity in chain for policy in entity.policies}
                yield Gap(case, tuple(line for line in lines if line.policy in binding))

    def _lines(self, case: Case, key: str) -> Iterator[Closing]:
        """The lines that close a point, of all policies that have a hand in what is there."""
        for policy, entity in case.authors(key):
            if (policy, key) not in self._known:
                found = closings(policy, entity, key, self._prover.partition)
                self._known[policy, key] = tuple(self._same.setdefault((policy, line.nodes), line) for line in found)
            yield from (line for line in self._known[policy, key] if line.closes(key, case.state))

    def _without_needless(self, chosen: list[Closing], closed: frozenset[Entity]) -> list[Closing]:
        """The lines without those that others make needless: what one of them disarms needs no closing."""
        for closing in chosen[:_MOST_TRIED]:
            rest = [other for other in chosen if other is not closing]
            if rest and self._close(rest, closed):
                chosen = rest
        return chosen

    def _close(self, chosen: Sequence[Closing], targets: Collection[Entity]) -> bool:
        """Whether the requirement holds at the targets whatever comes, once the lines are there."""
        rewritten = self._rewritten(chosen)
        return all(rewritten.holds(self._requirement, target) for target in targets)

    def _closed(self, chosen: Sequence[Closing]) -> frozenset[Entity]:
        """The targets where the requirement holds whatever comes, once the lines are there."""
        if not chosen:
            return frozenset()
        rewritten = self._rewritten(chosen)
        return frozenset(target for target in self._cases if rewritten.holds(self._requirement, target))

    def _rewritten(self, chosen: Sequence[Closing]) -> Rewritten:
        return Rewritten(self._prover, chosen)

    def _is_harmless(self, closing: Closing) -> bool:
        """Whether a line keeps no policy that is there from having its effect."""
        if closing not in self._harmless:
            self._harmless[closing] = not any(lower.is_disarmed_by(closing) for lower in self._lower)
        return self._harmless[closing]

    @cached_property
    def _lower(self) -> Collection[Lower]:
        return lower_settings(self._prover.effective)

    def _reason(self, target: Entity) -> str:
        """Why no lines would do for a target."""
        case = self._cases[target]
        if not case.holds_untouched:
            return only_further_down(self._prover.further_down(case))
        hopeless = any(gap.case is case and not gap.lines for gap in self._gaps)
        return _NOTHING_ABOVE if hopeless else _DISARMING


def _cover(gaps: Sequence[Gap], is_harmless: Callable[[Closing], bool]) -> list[Closing]:
    """Lines that close every gap: each time the one that closes most, of these a harmless and narrow one."""
    open_: dict[Closing, set[int]] = {}
    for number, gap in enumerate(gaps):
        for line in gap.lines:
            open_.setdefault(line, set()).add(number)
    order = {line: number for number, line in enumerate(open_)}
    chosen: list[Closing] = []
    while open_:
        best = max(open_, key=lambda line: (len(open_[line]), is_harmless(line), -len(line.nodes), -order[line]))
        chosen.append(best)
        closed = open_[best]
        open_ = {line: left for line, found in open_.items() if (left := found - closed)}
    needed = set().union(*(_only_line(gap, chosen) for gap in gaps))
    return [line for line in chosen if line in needed]


def _only_line(gap: Gap, chosen: Sequence[Closing]) -> Iterator[Closing]:
    """The widest of the chosen lines that close a gap: narrower ones are needless beside it."""
    closing = [line for line in chosen if line in gap.lines]
    yield from sorted(closing, key=lambda line: -len(line.nodes))[:1]
