"""The fewest lines that would turn breakable into guaranteed, and what they would disarm; none is given unproven.

The lines are `locked` on blocks and settings, and `children may nothing` on nodes. Each set of lines is tried on the
organization: what holds then, and which settings have lost their effect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TypeAlias

from msgspec.structs import replace

from policyengine.analysis.prove.obligations import ProofObligation
from policyengine.analysis.prove.proofs import DisarmedPart, Line, ProtectingLines, TargetResult, UnclosedTarget
from policyengine.analysis.prove.prover import Prover
from policyengine.analysis.prove.search import TIED, only_lower_policies
from policyengine.analysis.requirements import Requirement
from policyengine.aws.deployment import Origin
from policyengine.aws.documents import CONTROL, VALUE_OPERATORS, Json, PolicyDocument
from policyengine.aws.merge import Effective, Node, NoteKind, keys, resolve
from policyengine.aws.organization import Entity
from policyengine.base.records import Record
from policyengine.language.compiler import decompile
from policyengine.language.syntax import format_module

Keys: TypeAlias = tuple[str, ...]

_LOCKED, _CHILDREN_MAY = "locked ", "children may "
_BLOCKED = {NoteKind.OPERATOR_BLOCKED, NoteKind.KEY_BLOCKED}
_MOST_TRIED = 24  # lines that are left out one by one, to see whether the others do
_NOTHING_ABOVE = "no policy above it brings in what would have to be closed"
_DISARMING = "lines that close what is open would keep policies further down from making it hold"


class ClosingLine(Record, eq=False):
    """A line, and the nodes for which it keeps policies below its own entity from doing anything."""

    line: Line
    nodes: frozenset[Keys]

    @property
    def policy(self) -> PolicyDocument:
        """The policy that has the line."""
        return self.line.origin.policy

    def closes(self, key: str, state: Node | None) -> bool:
        """Whether it closes the point of a key: what is not mentioned is as open as the block it would come into."""
        path = keys(key.removesuffix("/+"))
        while path and path not in self.nodes and (state is None or state.find(path) is None):
            path = path[:-1]
        return path in self.nodes


def closings(policy: PolicyDocument, entity: Entity, key: str, partition: str) -> Iterator[ClosingLine]:
    """The lines of a policy at an entity that close the point of a key, the narrowest first."""
    path = keys(key.removesuffix("/+"))
    if alone := _node_alone(policy, entity, path, partition):
        yield alone
    for depth in range(len(path), 1, -1):
        if lock := _locking(policy, entity, path[:depth], partition):
            yield lock


def with_nothing_allowed(policy: PolicyDocument, nodes: frozenset[Keys]) -> PolicyDocument:
    """A policy with `@@none` on nodes, which are added where it does not have them."""
    content = policy.content
    for node in sorted(nodes):
        content = _with_control(content, node)
    return replace(policy, content=content)


def _with_control(content: Json, path: Keys) -> Json:
    document = content if isinstance(content, dict) else {}
    if not path:
        return {**document, CONTROL: ["@@none"]}
    key = next((key for key in document if key.lower() == path[0]), path[0])
    return {**document, key: _with_control(document.get(key), path[1:])}


def _node_alone(policy: PolicyDocument, entity: Entity, path: Keys, partition: str) -> ClosingLine | None:
    """`locked` on a setting that the policy writes itself, else `children may nothing in PATH` in its block.

    None where the language has no words for the path: a document may name a key where AWS has none.
    """
    nodes = frozenset({path})
    if line := _difference(policy, entity, path, nodes, partition):
        return ClosingLine(line, nodes)
    alone = with_nothing_allowed(replace(policy, content={}, origins={}), nodes)
    lines = _lines(alone, partition)
    number = next((number for number, line in enumerate(lines) if line.strip().startswith(_CHILDREN_MAY)), None)
    if number is None:
        return None
    origin = policy.origin(path[:-1])
    span = (origin.used_at or origin.span) if origin else None
    return ClosingLine(
        Line(lines[number].strip(), _enclosing_blocks(lines, number), Origin(policy, entity, span)), nodes
    )


def _locking(policy: PolicyDocument, entity: Entity, path: Keys, partition: str) -> ClosingLine | None:
    """`locked` on a block that a policy writes; None where there is none, or it allows changes inside."""
    subtree = _find(policy.content, path)
    if subtree is None or _is_setting(subtree) or _allows(subtree):
        return None
    nodes = frozenset(_nodes(subtree, path))
    line = _difference(policy, entity, path, nodes, partition)
    return ClosingLine(line, nodes) if line and line.text.startswith(_LOCKED) else None


def _difference(
    policy: PolicyDocument, entity: Entity, path: Keys, nodes: frozenset[Keys], partition: str
) -> Line | None:
    """The line that makes the difference between a policy and the same with nodes closed.

    None unless it is one line, of the policy's own: what a template says, others use too. A lock inside of what is
    locked is needless, and may stay.
    """
    before, after = _lines(policy, partition), _lines(with_nothing_allowed(policy, nodes), partition)
    removed = [*(Counter(before) - Counter(after)).elements()]
    needless = {line.replace(_LOCKED, "", 1) for line in removed if line.strip().startswith(_LOCKED)}
    added = [line for line in (Counter(after) - Counter(before)) if line not in needless]
    opening = [line.strip() for line in removed if line.strip().startswith(_CHILDREN_MAY)]
    if len(added) != 1 or len(opening) > 1 or _bare(before) != _bare(after):
        return None
    origin = policy.origin(path, _operator(policy, path))
    if origin and origin.used_at and added[0].strip().startswith(_LOCKED):
        return None
    span = (origin.used_at or origin.span) if origin else None
    text = added[0].strip().removesuffix(" {")
    return Line(
        text, _enclosing_blocks(after, after.index(added[0])), Origin(policy, entity, span), next(iter(opening), "")
    )


def _operator(policy: PolicyDocument, path: Keys) -> str:
    """The first value operator that a policy uses at a path."""
    written = _find(policy.content, path) or {}
    return next((key.lower() for key in written if key.lower() in VALUE_OPERATORS), "")


def _lines(policy: PolicyDocument, partition: str) -> Sequence[str]:
    return _text(policy, partition).splitlines()


@lru_cache(maxsize=1024)
def _text(policy: PolicyDocument, partition: str) -> str:
    return format_module(decompile(policy, name=policy.name, partition=partition).value)


def _bare(lines: Sequence[str]) -> list[str]:
    """The lines without anything about child controls, and without blocks that only hold such."""
    stripped = [line.replace(_LOCKED, "", 1).strip() for line in lines]
    return [line for line in stripped if line and not line.startswith(_CHILDREN_MAY) and line[-1] not in "{}"]


def _enclosing_blocks(lines: Sequence[str], number: int) -> tuple[str, ...]:
    """The heads of the blocks around a line, without the policy's."""
    heads: list[str] = []
    indent = _indent(lines[number])
    for line in reversed(lines[:number]):
        if line.strip() and _indent(line) < indent:
            indent = _indent(line)
            heads.insert(0, line.strip().removesuffix(" {"))
    return tuple(heads[1:])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _find(content: Json, path: Keys) -> Mapping[str, Json] | None:
    for key in path:
        document = content if isinstance(content, dict) else {}
        content = next((below for written, below in document.items() if written.lower() == key), None)
    return content if isinstance(content, dict) else None


def _nodes(node: Mapping[str, Json], path: Keys) -> Iterator[Keys]:
    yield path
    for key, child in node.items():
        if isinstance(child, dict) and not key.startswith("@@"):
            yield from _nodes(child, (*path, key.lower()))


def _is_setting(node: Mapping[str, Json]) -> bool:
    return any(key.lower() in VALUE_OPERATORS for key in node)


def _allows(node: Mapping[str, Json]) -> bool:
    """Whether a control in a block leaves a point open, on purpose: nothing is both that and locked."""
    own = any(key.lower() == CONTROL and _listed(value) != ["@@none"] for key, value in node.items())
    return own or any(_allows(child) for child in node.values() if isinstance(child, dict))


def _listed(value: Json) -> list[str]:
    return [str(item).lower() for item in value] if isinstance(value, list) else []


class LowerSetting(Record):
    """A setting that a policy makes, and the block that it comes into where nobody above mentions it."""

    entity: Entity
    path: Keys
    block: Keys | None

    def is_disarmed_by(self, closing: ClosingLine) -> bool:
        """Whether a line keeps it from having an effect."""
        above = any(closing.policy in entity.policies for entity in self.entity.chain[:-1])
        return above and (self.path in closing.nodes or self.block in closing.nodes)


def lower_settings(effective: Effective) -> Collection[LowerSetting]:
    """Everything that policies below others set with effect."""
    return [
        LowerSetting(result.entity, keys(node.path), _block(result.above.root, keys(node.path)))
        for result in effective.distinct
        if result.above
        for node in result.root.settings
        if any(step.entity is result.entity and step.outcome == "applied" for step in node.setting.trail)
    ]


class RewrittenOrganization:
    """The organization of a prover with lines in its policies."""

    def __init__(self, prover: Prover, lines: Sequence[ClosingLine]) -> None:
        self._before = prover
        self._policies = _with_lines(lines)
        self._entities: dict[Entity, Entity] = {}
        for place in prover.organization.entities:
            policies = tuple(self._policies.get(policy, policy) for policy in place.policies)
            parent = self._entities[place.parent] if place.parent else None
            self._entities[place] = replace(place, parent=parent, policies=policies)
        organization = replace(prover.organization, entities=tuple(self._entities.values()))
        effective = resolve(organization, at=prover.at)
        self._after = Prover(organization, effective, prover.ids, at=prover.at, partition=prover.partition)

    def holds(self, requirement: Requirement, target: Entity) -> bool:
        """Whether a requirement holds whatever comes at a target, or is none of the target's any more."""
        obligation = self._after.obligation(requirement, self._entities[target])
        return obligation.is_guaranteed

    def disarmed(self) -> tuple[DisarmedPart, ...]:
        """What had an effect before, and is ignored now; of lists that are still as they were nothing."""
        before = {disarmed for disarmed, _ in self._ignored(self._before.effective)}
        originals = {new: old for old, new in self._policies.items()}
        disarmed: dict[DisarmedPart, None] = {}
        for key, (policy, place) in self._ignored(self._after.effective):
            if key not in before:
                old = originals.get(policy, policy)
                written = old.origin(keys(key[1]), key[2])
                at = next(was for was, is_ in self._entities.items() if is_ is place)
                disarmed[DisarmedPart(Origin(old, at, written.span if written else None), key[1])] = None
        return tuple(disarmed)

    def _ignored(
        self, effective: Effective
    ) -> Iterator[tuple[tuple[str, str, str, str], tuple[PolicyDocument, Entity]]]:
        for result in effective.distinct:
            for note in result.own_notes:
                if note.kind in _BLOCKED:
                    yield (note.policy.name, note.path, note.operator, note.entity.path), (note.policy, note.entity)


def _with_lines(lines: Sequence[ClosingLine]) -> dict[PolicyDocument, PolicyDocument]:
    policies: dict[PolicyDocument, frozenset[Keys]] = {}
    for line in lines:
        policies[line.policy] = policies.get(line.policy, frozenset()) | line.nodes
    return {policy: with_nothing_allowed(policy, nodes) for policy, nodes in policies.items()}


def _block(above: Node, path: Keys) -> Keys | None:
    """The block that takes the first key on a path which nobody above mentions; None where all are mentioned."""
    node = above
    for depth, key in enumerate(path):
        child = node.children.get(key)
        if child is None:
            return path[:depth]
        node = child
    return None


def suggest(prover: Prover, requirement: Requirement, results: Sequence[TargetResult]) -> ProtectingLines | None:
    """Lines for all targets where a requirement can be broken; None where there is no such target."""
    targets = [result.target for result in results if result.outcome == "breakable"]
    return LineSearch(prover, requirement, targets).suggestion() if targets else None


class OpenGap(Record, eq=False):
    """An open point of a proof obligation that has to be closed at a level, and the lines that close it there."""

    obligation: ProofObligation
    lines: tuple[ClosingLine, ...]


class LineSearch:
    """Looks for lines for some targets of a requirement."""

    def __init__(self, prover: Prover, requirement: Requirement, targets: Sequence[Entity]) -> None:
        self._prover, self._requirement = prover, requirement
        self._obligations = {target: prover.obligation(requirement, target) for target in targets}
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
                lines = closings(policy, place, key, self._prover.partition)
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
        return RewrittenOrganization(self._prover, chosen)

    def _is_harmless(self, closing: ClosingLine) -> bool:
        """Whether a line keeps no policy that is there from having its effect."""
        if closing not in self._harmless:
            self._harmless[closing] = not any(lower.is_disarmed_by(closing) for lower in self._lower)
        return self._harmless[closing]

    @cached_property
    def _lower(self) -> Collection[LowerSetting]:
        return lower_settings(self._prover.effective)

    def _reason(self, target: Entity) -> str:
        """Why no lines would do for a target."""
        obligation = self._obligations[target]
        if obligation.is_tied:
            return TIED
        if not obligation.holds_untouched:
            return only_lower_policies(self._prover.lower_policies(obligation))
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
