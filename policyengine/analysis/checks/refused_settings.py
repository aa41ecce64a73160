"""Says of a requirement that is broken or open without which refused settings it was judged.

A run goes on without what AWS refuses, and what then counts, AWS's default perhaps, is not what the author wrote. The
finding stays, for nobody knows what the setting will be once it is mended. It says so for the accounts on which the
setting would have counted: not where a policy nearer to the account gives it a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.requirements import NOT_SET_HERE, WHOLE_POLICY
from policyengine.analysis.requirements.requirement_rules import REQUIREMENT_UNDECIDED
from policyengine.aws.documents import ASSIGN, CONTROL, VALUE_OPERATORS, PolicyDocument
from policyengine.aws.merge import MAY_APPEND, MAY_ASSIGN, Node, Peer, Resolved, Step, keys, segment
from policyengine.aws.setting_words import path_steps
from policyengine.base.diagnostics import Diagnostic, Label
from policyengine.base.text import quoted

_Path: TypeAlias = tuple[str, ...]

_MOST = 3  # settings that a message names


def judged_without(diagnostics: Iterable[Diagnostic], facts: Facts) -> Iterator[Diagnostic]:
    """The findings of requirements; those that rest on a setting being left out say so where it would have counted."""
    if not facts.substitutes:
        yield from diagnostics
        return
    refusals = _Refusals(facts)
    for diagnostic in diagnostics:
        looked_at = [keys(path.lower()) for path in diagnostic.looked_at]
        if not looked_at:
            yield diagnostic
        elif diagnostic.accounts:
            for refused, accounts in refusals.by_accounts(diagnostic.accounts, looked_at).items():
                yield _saying(replace(diagnostic, accounts=tuple(accounts)), refused)
        else:
            yield _saying(diagnostic, refusals.anywhere(looked_at))


class _Refused(NamedTuple):
    """The outermost block, or the setting, that AWS refuses; the operator where it refuses that of a setting alone."""

    policy: PolicyDocument
    path: _Path
    operator: str

    @property
    def words(self) -> str:
        """Its name and its place: "`start_within` (backup.bpol:8)"; of a raw document, AWS's name and the policy's."""
        policy = f"policy {quoted(self.policy.name)}"
        if not self.path:
            return policy
        step = path_steps("/".join(map(segment, self.path)))[-1]
        word = f"{step.word} {quoted(step.name)}" if step.name else quoted(step.word)
        if label := self.label:
            return f"{word} ({label.span.source.name}:{label.span.first.line})"
        return f"{word if step.name else quoted(self.path[-1])} of {policy}"

    @property
    def label(self) -> Label | None:
        """The label of its line; None in a raw document."""
        written = self.policy.origin(self.path, self.operator)
        return Label(written.span, "AWS refuses this") if written else None

    @property
    def labels(self) -> Iterator[Label]:
        """The labels of its line and, in a template, of the place that uses it."""
        written = self.policy.origin(self.path, self.operator)
        yield from (self.label,) if self.label else ()
        yield from (Label.use(written.used_at),) if written and written.used_at else ()


class _Refusals:
    """What is left out of the documents on the chains of accounts."""

    def __init__(self, facts: Facts) -> None:
        left_out = zip(facts.substitutes, facts.left_out, strict=True)
        self._documents = {policy: _Document(policy, document.paths) for policy, document in left_out}
        self._resolved = {account.account.id or "": account.resolved for account in facts.effective.accounts}
        self._on_chain: dict[Resolved, list[_OnChain]] = {}

    def by_accounts(
        self, accounts: Iterable[str], looked_at: Sequence[_Path]
    ) -> Mapping[tuple[_Refused, ...], list[str]]:
        """The accounts by the refused settings that count there among what is looked at, root first, each once."""
        results: dict[Resolved | None, list[str]] = {}
        for number in accounts:
            results.setdefault(self._resolved.get(number), []).append(number)
        together: dict[tuple[_Refused, ...], list[str]] = {}
        for resolved, numbers in results.items():
            counting = self._counting(resolved, looked_at) if resolved else ()
            together.setdefault(counting, []).extend(numbers)
        return together

    def anywhere(self, looked_at: Sequence[_Path]) -> tuple[_Refused, ...]:
        """The refused settings that count on any account."""
        results = dict.fromkeys(filter(None, self._resolved.values()))
        return tuple(dict.fromkeys(refused for each in results for refused in self._counting(each, looked_at)))

    def _counting(self, resolved: Resolved, looked_at: Sequence[_Path]) -> tuple[_Refused, ...]:
        if resolved not in self._on_chain:
            self._on_chain[resolved] = list(self._of(resolved))
        on_chain = self._on_chain[resolved]
        if resolved.errors:  # what is served instead hangs on what made the policy invalid
            looked_at = [error.missing or keys(error.path) for error in resolved.errors]
        return tuple(dict.fromkeys(refused for each in on_chain for refused in each.counting(looked_at)))

    def _of(self, resolved: Resolved) -> Iterator[_OnChain]:
        for entity in resolved.chain:
            for policy in entity.policies:
                if document := self._documents.get(policy):
                    yield _OnChain(document, Peer(policy, entity), resolved)


class _Document:
    """What is left out of a refused document."""

    def __init__(self, policy: PolicyDocument, paths: Sequence[_Path]) -> None:
        self.policy = policy
        self.unread = bool(policy.unread) or not isinstance(policy.content, dict)
        self._operators = {path[:-1]: path[-1] for path in paths if path[-1] in VALUE_OPERATORS}
        self._paths = {path for path in paths if not path[-1].startswith("@@")} | self._operators.keys()
        self._all = frozenset(paths)
        self._blocks = {path[:-1] for path in self._paths}
        self._tree = _Branch()
        for path in self._paths:
            self._tree.add(path)

    def has(self, path: _Path, operator: str) -> bool:
        """Whether an operator, or a control, is left out at a path."""
        return (*path, operator) in self._all

    def is_block(self, path: _Path) -> bool:
        """Whether anything in what is left out at a path can be read."""
        return path in self._blocks

    def at(self, looked_at: Sequence[_Path]) -> list[_Path]:
        """The paths of what is left out among what is looked at."""
        return sorted({path for each in looked_at for path in self._tree.find(each)})

    def refused(self, path: _Path) -> _Refused:
        """The outermost of what is left out around a path."""
        while path[:-1] in self._paths:
            path = path[:-1]
        return _Refused(self.policy, path, self._operators.get(path, ""))


class _Branch:
    """A key of paths that are left out, with the keys below it; `path` where one ends here."""

    def __init__(self) -> None:
        self.path: _Path = ()
        self._below: dict[str, _Branch] = {}

    def add(self, path: _Path) -> None:
        """Adds a path; this is the branch of the document."""
        branch = self
        for key in path:
            branch = branch._below.setdefault(key, _Branch())
        branch.path = path

    def find(self, looked_at: _Path) -> Iterator[_Path]:
        """The paths at and below the one that is looked at; of `*` those of the blocks themselves.

        Around it the path of what should be a block and is none, for nobody knows what it was to hold.
        """
        if not looked_at or (self.path and not self._below):
            yield from self.all
        elif looked_at == ("*",):
            yield from (branch.path for branch in self._below.values() if branch.path)
        else:
            key, rest = looked_at[0], looked_at[1:]
            for branch in self._below.values() if key == "*" else filter(None, [self._below.get(key)]):
                yield from branch.find(rest)

    @property
    def all(self) -> Iterator[_Path]:
        """The paths that end here or further below."""
        if self.path:
            yield self.path
        for branch in self._below.values():
            yield from branch.all


class _OnChain(NamedTuple):
    """A refused document where it is attached, and what an account below ends up with."""

    document: _Document
    peer: Peer
    resolved: Resolved

    def counting(self, looked_at: Sequence[_Path]) -> Iterator[_Refused]:
        """The refused settings that count among what is looked at; all of a document that cannot be read may."""
        if self.document.unread:
            yield _Refused(self.document.policy, (), "")
        for path in self.document.at(looked_at):
            if self._counts(path):
                yield self.document.refused(path)

    def _counts(self, path: _Path) -> bool:
        """Whether the account would have got what is left out; a block that others write is there without it."""
        above = self._state_above
        if above and not _takes(above, path):
            return False
        node = self.resolved.root.find(path)
        if node is None or self.document.has(path, CONTROL):  # what it locks, nobody further down may set
            return True
        if node.setting.trail:
            return not any(step.operator == ASSIGN and self._precedes(step, path) for step in node.in_force)
        return node.document is None or not self.document.is_block(path)

    @property
    def _state_above(self) -> Node | None:
        """The state that the policy's entity inherits; None at the top."""
        result = self.resolved
        while result.entity is not self.peer.entity and result.above:
            result = result.above
        return result.above.root if result.above else None

    def _precedes(self, step: Step, path: _Path) -> bool:
        """Whether what a step assigns stands: it is further down, or the first to assign at the same entity."""
        ours, theirs = self.peer.entity, step.entity
        if ours is not theirs:
            return len(theirs.chain) > len(ours.chain)
        order = ours.policies
        earlier = ours.unordered <= 1 and order.index(step.policy) < order.index(self.peer.policy)
        return earlier and self.document.has(path, ASSIGN)


def _takes(state: Node, path: _Path) -> bool:
    """Whether policies below a state may set, or add, what is at a path."""
    for key in path:
        below = state.children.get(key)
        if below is None:
            return bool(state.limit.allowed & (MAY_ASSIGN | MAY_APPEND))
        state = below
    return bool(state.limit.allowed)


def _saying(diagnostic: Diagnostic, refused: Sequence[_Refused]) -> Diagnostic:
    """The finding with the settings that it was judged without; its identity is the same as if they were not set."""
    if not refused:
        return diagnostic
    names = list(dict.fromkeys(each.words for each in refused))
    labels_of_refused = dict.fromkeys(label for each in refused[:_MOST] for label in each.labels)
    more = f", and {len(names) - _MOST} more" if len(names) > _MOST else ""
    note = f"; judged without {' and '.join(names[:_MOST])}{more}, which AWS refuses"
    here = any(_overlap(each.path, keys(diagnostic.path)) for each in refused)
    labels = [label for label in diagnostic.labels if not (here and label.text == NOT_SET_HERE)]
    no_fact = diagnostic.name == REQUIREMENT_UNDECIDED.name and (here or WHOLE_POLICY in diagnostic.looked_at)
    return replace(
        diagnostic,
        message=diagnostic.message + note,
        anonymous=diagnostic.anonymous and diagnostic.anonymous + note,
        values=diagnostic.values or (diagnostic.message,),
        labels=(*labels, *labels_of_refused),
        help="" if no_fact else diagnostic.help,
    )


def _overlap(first: _Path, other: _Path) -> bool:
    """Whether one of two paths leads to the other."""
    shared = min(len(first), len(other))
    return first[:shared] == other[:shared]
