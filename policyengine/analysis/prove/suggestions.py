"""The fewest lines that would turn breakable into guaranteed, and what they would disarm; none is given unproven.

Each set of lines (`closing_lines.py`) is tried on the organization (`rewritten_organization.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property

from policyengine.analysis.prove.closing_lines import ClosingLine, Keys, closings
from policyengine.analysis.prove.obligation_builder import ObligationBuilder
from policyengine.analysis.prove.obligations import ProofObligation
from policyengine.analysis.prove.proofs import ProtectingLines, TargetResult, UnclosedTarget
from policyengine.analysis.prove.rewritten_organization import LowerSetting, RewrittenOrganization, lower_settings
from policyengine.analysis.prove.search import TIED, only_lower_policies
from policyengine.analysis.requirements import Requirement
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.organization import Entity
from policyengine.base.records import Record

_MOST_TRIED = 24  # lines that are left out one by one, to see whether the others do
_NOTHING_ABOVE = "no policy above it brings in what would have to be closed"
_DISARMING = "lines that close what is open would keep policies further down from making it hold"


def suggest(
    obligations: ObligationBuilder, requirement: Requirement, results: Sequence[TargetResult]
) -> ProtectingLines | None:
    """Lines for all targets where a requirement can be broken; None where there is no such target."""
    targets = [result.target for result in results if result.outcome == "breakable"]
    return LineSearch(obligations, requirement, targets).suggestion() if targets else None


class OpenGap(Record, eq=False):
    """An open point of a proof obligation that has to be closed at a level, and the lines that close it there."""

    obligation: ProofObligation
    lines: tuple[ClosingLine, ...]


class LineSearch:
    """Looks for lines for some targets of a requirement."""

    def __init__(self, builder: ObligationBuilder, requirement: Requirement, targets: Sequence[Entity]) -> None:
        self._builder, self._requirement = builder, requirement
        self._obligations = {target: builder.obligation(requirement, target) for target in targets}
        self._closings: dict[tuple[PolicyDocument, str], tuple[ClosingLine, ...]] = {}
        self._harmless: dict[ClosingLine, bool] = {}
        self._same: dict[tuple[PolicyDocument, frozenset[Keys]], ClosingLine] = {}

    def suggestion(self) -> ProtectingLines:
        """The lines, what they disarm, and the targets that they do nothing for."""
        chosen, closed = self._attempt(lambda _: True)
        if len(closed) < len(self._obligations):
            harmless = self._attempt(self._is_harmless)
            chosen, closed = max((chosen, closed), harmless, key=lambda attempt: (len(attempt[1]), -len(attempt[0])))
        chosen = self._without_needless(chosen, closed)
        left = tuple(
            UnclosedTarget(target, self._reason(target)) for target in self._obligations if target not in closed
        )
        lines = tuple(dict.fromkeys(closing.line for closing in chosen))
        return ProtectingLines(lines, self._rewritten(chosen).disarmed() if chosen else (), left)

    def _attempt(self, may: Callable[[ClosingLine], bool]) -> tuple[list[ClosingLine], frozenset[Entity]]:
        """Lines that close what they can, and the targets where the requirement surely holds then."""
        gaps = [OpenGap(gap.obligation, tuple(filter(may, gap.lines))) for gap in self._gaps]
        hopeless = {gap.obligation for gap in gaps if not gap.lines}
        chosen = _cover([gap for gap in gaps if gap.obligation not in hopeless], self._is_harmless)
        return chosen, self._closed(chosen)

    @cached_property
    def _gaps(self) -> list[OpenGap]:
        distinct = dict.fromkeys(obligation for obligation in self._obligations.values() if obligation.holds_untouched)
        return [gap for obligation in distinct for gap in self._gaps_of(obligation)]

    def _gaps_of(self, obligation: ProofObligation) -> Iterator[OpenGap]:
        for key in obligation.needed():
            lines = list(self._lines(obligation, key))
            for level in obligation.openness.levels(key):
                chain = obligation.target.chain if level else obligation.target.chain[:-1]
                binding = {policy for entity in chain for policy in entity.policies}
                yield OpenGap(obligation, tuple(line for line in lines if line.policy in binding))

    def _lines(self, obligation: ProofObligation, key: str) -> Iterator[ClosingLine]:
        """The lines that close a point, of all policies that have a hand in what is there."""
        for policy, place in obligation.authors(key):
            if (policy, key) not in self._closings:
                lines = closings(policy, place, key, self._builder.partition)
                self._closings[policy, key] = tuple(self._same.setdefault((policy, line.nodes), line) for line in lines)
            yield from (line for line in self._closings[policy, key] if line.closes(key, obligation.state))

    def _without_needless(self, chosen: list[ClosingLine], closed: frozenset[Entity]) -> list[ClosingLine]:
        """The lines without those that others make needless: what one of them disarms needs no closing."""
        for closing in chosen[:_MOST_TRIED]:
            rest = [other for other in chosen if other is not closing]
            if rest and self._close(rest, closed):
                chosen = rest
        return chosen

    def _close(self, chosen: Sequence[ClosingLine], targets: Collection[Entity]) -> bool:
        """Whether the requirement holds at the targets whatever comes, once the lines are there."""
        rewritten = self._rewritten(chosen)
        return all(rewritten.holds(self._requirement, target) for target in targets)

    def _closed(self, chosen: Sequence[ClosingLine]) -> frozenset[Entity]:
        """The targets where the requirement holds whatever comes, once the lines are there."""
        if not chosen:
            return frozenset()
        rewritten = self._rewritten(chosen)
        return frozenset(target for target in self._obligations if rewritten.holds(self._requirement, target))

    def _rewritten(self, chosen: Sequence[ClosingLine]) -> RewrittenOrganization:
        return RewrittenOrganization(self._builder, chosen)

    def _is_harmless(self, closing: ClosingLine) -> bool:
        """Whether a line keeps no policy that is there from having its effect."""
        if closing not in self._harmless:
            self._harmless[closing] = not any(lower.is_disarmed_by(closing) for lower in self._lower)
        return self._harmless[closing]

    @cached_property
    def _lower(self) -> Collection[LowerSetting]:
        return lower_settings(self._builder.effective)

    def _reason(self, target: Entity) -> str:
        """The reason why no lines would do for a target."""
        obligation = self._obligations[target]
        if obligation.is_tied:
            return TIED
        if not obligation.holds_untouched:
            return only_lower_policies(obligation.lower_policies)
        hopeless = any(gap.obligation is obligation and not gap.lines for gap in self._gaps)
        return _NOTHING_ABOVE if hopeless else _DISARMING


def _cover(gaps: Sequence[OpenGap], is_harmless: Callable[[ClosingLine], bool]) -> list[ClosingLine]:
    """Lines that close every gap: each time the one that closes most, of these a harmless and narrow one."""
    open_: dict[ClosingLine, set[int]] = {}
    for number, gap in enumerate(gaps):
        for line in gap.lines:
            open_.setdefault(line, set()).add(number)
    order = {line: number for number, line in enumerate(open_)}
    chosen: list[ClosingLine] = []
    while open_:
        best = max(open_, key=lambda line: (len(open_[line]), is_harmless(line), -len(line.nodes), -order[line]))
        chosen.append(best)
        closed = open_[best]
        open_ = {line: left for line, numbers in open_.items() if (left := numbers - closed)}
    needed = set().union(*(_only_line(gap, chosen) for gap in gaps))
    return [line for line in chosen if line in needed]


def _only_line(gap: OpenGap, chosen: Sequence[ClosingLine]) -> Iterator[ClosingLine]:
    """The widest of the chosen lines that close a gap: narrower ones are needless beside it."""
    closing = [line for line in chosen if line in gap.lines]
    yield from sorted(closing, key=lambda line: -len(line.nodes))[:1]
