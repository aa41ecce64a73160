"""Whether requirements hold for accounts: pass, fail, not applicable or unknown (language.md 5.2).

What looks at accounts themselves has a truth for each account, all else one for each view, which its accounts share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial, reduce
from itertools import accumulate, compress, pairwise
from operator import and_
from typing import Literal, NamedTuple, TypeAlias

from policyengine.analysis.requirements.demands import Assertion, Requirement
from policyengine.analysis.requirements.evaluate_conditions import Columns
from policyengine.analysis.requirements.frame import Frame
from policyengine.analysis.requirements.resource_rows import ResourceRows
from policyengine.analysis.requirements.truth import MEANT, MET, OF_BYTE, TRUTH_BYTE, Truth
from policyengine.analysis.requirements.typed import Condition, Logical, Not, Quantifier
from policyengine.aws.deployment import UNKNOWN, View
from policyengine.aws.organization import Entity

_TRUE, _UNKNOWN = TRUTH_BYTE[True], TRUTH_BYTE[UNKNOWN]
_IN_SCOPE = (_TRUE, _UNKNOWN)
_NOT_TRUE = bytes(byte != _TRUE for byte in range(256))
_TRUE_IF_SET = bytes(_TRUE if number else 0 for number in range(256))
_ONE_IF_SET = bytes(map(bool, range(256)))

Standing: TypeAlias = Literal["violated", "undecided", "holds", "not applicable"]
STANDINGS: tuple[Standing, ...] = ("violated", "undecided", "holds", "not applicable")
"""The results that a requirement has for an account, the worst first."""

VIOLATED, UNDECIDED, HOLDS, NOT_APPLICABLE = range(len(STANDINGS))


class AssertionResult(NamedTuple):
    """The truth of an assertion for accounts that share a view, all of them in scope.

    `scope` is unknown where nobody can say whether they are; `truth` then matters only if it is not true.
    """

    requirement: Requirement
    assertion: Assertion
    view: View
    accounts: tuple[Entity, ...]
    truth: Truth
    scope: Truth

    @property
    def undecided(self) -> bool:
        """Whether a fact is missing to say if the assertion holds where it must."""
        return self.truth is UNKNOWN or (self.scope is UNKNOWN and self.truth is not True)

    @property
    def violated(self) -> bool:
        """Whether the assertion surely does not hold where it must."""
        return not self.undecided and self.truth is not True


class Truths(NamedTuple):
    """The truths of a condition, a byte of `TRUTH_BYTE` a view or, if `per_account`, an account, view by view.

    Those of an assertion are true where its requirement does not apply.
    """

    column: bytes
    per_account: bool


class Ruling(NamedTuple):
    """A requirement for all views: where it applies, the truths of its assertions, and what these are about.

    `met` has, for each assertion and each quantifier of it that must meet something, a byte a view: 0 where it met
    nothing there.
    """

    scope: Truths
    truths: tuple[Truths, ...]
    met: tuple[tuple[bytes, ...], ...]


class Judgement:
    """The rulings of requirements for views. `management` is the id of the management account, None where unknown.

    `resources` are those of the accounts, None without an inventory.
    """

    def __init__(
        self,
        views: Sequence[View],
        management: str | None,
        rulings: Mapping[Requirement, Ruling],
        resources: ResourceRows | None = None,
    ) -> None:
        self.views = tuple(views)
        self.management = management
        self.resources = resources
        self.rulings = rulings

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements that were judged."""
        return tuple(self.rulings)

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """The accounts of each view in columns that have one byte an account."""
        return _slices(self.views)

    @cached_property
    def _view_of(self) -> tuple[int, ...]:
        """The number of the view of each account."""
        return _view_numbers(self.views)

    @property
    def results(self) -> Iterator[AssertionResult]:
        """Every assertion with the accounts for which it has the same truth, requirement by requirement."""
        for requirement in self.rulings:
            yield from self.of(requirement)

    @property
    def broken(self) -> Iterator[AssertionResult]:
        """The results that do not hold or are undecided."""
        for requirement, ruling in self.rulings.items():
            numbers = sorted({number for truths in ruling.truths for number in self._views_with(truths, _NOT_TRUE)})
            yield from (result for result in self._results(requirement, numbers) if result.truth is not True)

    def of(self, requirement: Requirement) -> Iterator[AssertionResult]:
        """The results of a requirement, view by view."""
        return self._results(requirement, self._views_with(self.rulings[requirement].scope, MEANT))

    def _views_with(self, truths: Truths, table: bytes) -> Iterable[int]:
        """The numbers of the views of which a byte, or that of an account, `table` translates to another than 0."""
        chosen = _places(truths.column.translate(table))
        return dict.fromkeys(map(self._view_of.__getitem__, chosen)) if truths.per_account else chosen

    def _results(self, requirement: Requirement, numbers: Iterable[int]) -> Iterator[AssertionResult]:
        """The results of a requirement for some of the views."""
        ruling = self.rulings[requirement]
        for number in numbers:
            view = self.views[number]
            for rows, scope in self._in_scope(ruling.scope, number):
                accounts = view.accounts if rows is None else tuple(compress(view.accounts, rows))
                for assertion, truths in zip(requirement.assertions, ruling.truths, strict=True):
                    if not truths.per_account:
                        yield AssertionResult(
                            requirement, assertion, view, accounts, OF_BYTE[truths.column[number]], scope
                        )
                        continue
                    here = truths.column[self.slices[number]]
                    here = here if rows is None else bytes(compress(here, rows))
                    for truth in dict.fromkeys(here):
                        those = tuple(compress(accounts, (byte == truth for byte in here)))
                        yield AssertionResult(requirement, assertion, view, those, OF_BYTE[truth], scope)

    def _in_scope(self, scope: Truths, number: int) -> Iterator[tuple[list[bool] | None, Truth]]:
        """Which accounts of a view that is in scope, None for all, a requirement applies to surely, and perhaps."""
        if not scope.per_account:
            yield None, OF_BYTE[scope.column[number]]
            return
        here = scope.column[self.slices[number]]
        for truth in _IN_SCOPE:
            if truth in here:
                yield [byte == truth for byte in here], OF_BYTE[truth]

    def standings(self, requirement: Requirement) -> Truths:
        """The worst standing of a requirement's assertions, by its place in `STANDINGS`, for each view or account."""
        ruling = self.rulings[requirement]
        per_account = any(truths.per_account for truths in (ruling.scope, *ruling.truths))
        columns = [
            self._for_accounts(truths) if per_account else truths.column for truths in (ruling.scope, *ruling.truths)
        ]
        rows = list(zip(*columns, strict=True))
        ranks = {row: min(map(partial(_standing, row[0]), row[1:]), default=NOT_APPLICABLE) for row in set(rows)}
        return Truths(bytes(map(ranks.__getitem__, rows)), per_account)

    def _for_accounts(self, truths: Truths) -> bytes:
        """A column with a byte for each account."""
        if truths.per_account:
            return truths.column
        return b"".join(
            bytes([byte]) * len(view.accounts) for byte, view in zip(truths.column, self.views, strict=True)
        )

    @property
    def judged(self) -> int:
        """The number of judged assertions, each counted once for every account."""
        return sum(len(requirement.assertions) * self._reach(ruling) for requirement, ruling in self.rulings.items())

    def _reach(self, ruling: Ruling) -> int:
        """The number of accounts that a requirement applies to."""
        applies = ruling.scope.column.translate(MEANT)
        if ruling.scope.per_account:
            return len(applies) - applies.count(0)
        return sum(len(self.views[row].accounts) for row in _places(applies))

    @property
    def idle(self) -> Iterator[Requirement]:
        """Requirements that apply to no account."""
        return (requirement for requirement, ruling in self.rulings.items() if self.views and not _applies(ruling))

    @property
    def vacuous(self) -> Iterator[tuple[Requirement, Assertion, Quantifier]]:
        """Assertions that hold everywhere since a quantifier of theirs met nothing anywhere, and that quantifier."""
        for requirement, ruling in self.rulings.items():
            if not _applies(ruling):
                continue
            for assertion, truths, met in zip(requirement.assertions, ruling.truths, ruling.met, strict=True):
                if not truths.column.strip(bytes([_TRUE])):
                    paths = zip(obligations(assertion.condition), met, strict=True)
                    unmet = [path[-1] for path, column in paths if not any(column)]
                    yield from ((requirement, assertion, quantifier) for quantifier in unmet[:1])


def _applies(ruling: Ruling) -> bool:
    """Whether a requirement applies to any account."""
    return MET in ruling.scope.column.translate(MEANT)


def _standing(scope: int, truth: int) -> int:
    """The standing of an assertion by the bytes of its scope and of its truth."""
    if scope not in _IN_SCOPE:
        return NOT_APPLICABLE
    if truth == _TRUE:
        return HOLDS
    return UNDECIDED if _UNKNOWN in (scope, truth) else VIOLATED


def judge(
    requirements: Iterable[Requirement],
    views: Sequence[View],
    management: str | None,
    resources: ResourceRows | None = None,
) -> Judgement:
    """The truth of every assertion for every account of the views; `management` is the management account's id.

    Without `resources`, those of the accounts, what asks for any is unknown.
    """
    rows = _Rows(views, management, resources)
    rulings = {requirement: _ruling(requirement, rows) for requirement in requirements}
    return Judgement(views, management, rulings, resources)


def join(views: Sequence[View], first: Judgement, second: Judgement) -> Judgement:
    """The judgement of views that each stand in one of two others, of the same requirements and resources."""
    both = {view: number for number, view in enumerate((*first.views, *second.views))}
    rows = [both[view] for view in views]
    slices = _slices(tuple(both))
    parts = [slices[row] for row in rows]
    rulings = {
        requirement: _joined(ruling, second.rulings[requirement], rows, parts)
        for requirement, ruling in first.rulings.items()
    }
    return Judgement(views, second.management, rulings, second.resources)


def _joined(first: Ruling, second: Ruling, rows: Sequence[int], parts: Sequence[slice]) -> Ruling:
    def taken(ours: Truths, theirs: Truths) -> Truths:
        column = ours.column + theirs.column
        if ours.per_account:
            return Truths(b"".join([column[part] for part in parts]), per_account=True)
        return Truths(bytes([column[row] for row in rows]), per_account=False)

    met = [
        tuple(
            [
                taken(Truths(a, per_account=False), Truths(b, per_account=False)).column
                for a, b in zip(ours, theirs, strict=True)
            ]
        )
        for ours, theirs in zip(first.met, second.met, strict=True)
    ]
    return Ruling(
        taken(first.scope, second.scope),
        tuple([taken(ours, theirs) for ours, theirs in zip(first.truths, second.truths, strict=True)]),
        tuple(met),
    )


def obligations(condition: Condition, *, wanted: bool = True) -> Iterator[tuple[Quantifier, ...]]:
    """Every `every`, `no` and `not (some ...)` that must meet something for the condition to say anything.

    Each after the `every` that it is inside. Not those in what a `no` forbids: that may well be about what nobody has.
    """
    if isinstance(condition, Not):
        yield from obligations(condition.operand, wanted=not wanted)
    elif isinstance(condition, Logical) and condition.operator == ("and" if wanted else "or"):
        for operand in condition.operands:
            yield from obligations(operand, wanted=wanted)
    elif isinstance(condition, Quantifier) and _holds_of_nothing(condition, wanted=wanted):
        yield (condition,)
        if condition.kind == "every":
            yield from ((condition, *inner) for inner in obligations(condition.satisfies))


def _holds_of_nothing(condition: Quantifier, *, wanted: bool) -> bool:
    """Whether a quantifier has the wanted truth where there is nothing at all."""
    if wanted:
        return condition.kind in {"every", "no"}
    return condition.kind == "some" or (condition.kind == "at least" and condition.count == 1)


class _Rows:
    """The views, and their accounts one by one; the frames of those of them that requirements apply to."""

    def __init__(self, views: Sequence[View], management: str | None, resources: ResourceRows | None) -> None:
        self.views = views
        self.slices = _slices(views)
        self._management = management
        self._resources = resources
        self._columns: dict[tuple[bytes, bool], Columns] = {}

    @cached_property
    def accounts(self) -> list[Entity]:
        """The accounts, view by view."""
        return [account for view in self.views for account in view.accounts]

    @cached_property
    def _view_of(self) -> tuple[int, ...]:
        """The number of the view of each account."""
        return _view_numbers(self.views)

    def columns(self, applies: bytes, *, per_account: bool) -> Columns:
        """The columns of the views or, if `per_account`, of the accounts, that have a byte that is not 0."""
        if (applies, per_account) not in self._columns:
            at: dict[str, Sequence[object]]
            if per_account:
                rows = list(_places(applies))
                views = [self.views[self._view_of[row]] for row in rows]
                at = {"account": [self.accounts[row] for row in rows], "view": views}
            else:
                at = {"view": [self.views[row] for row in _places(applies)]}
            frame = Frame(at, len(at["view"]), self._management, self._resources)
            self._columns[applies, per_account] = Columns(frame)
        return self._columns[applies, per_account]

    def applies(self, scope: Truths, *, per_account: bool) -> bytes:
        """For each view or account, a byte that is not 0 where a requirement applies to it, perhaps."""
        column = scope.column.translate(MEANT)
        if per_account == scope.per_account:
            return column
        if per_account:
            return b"".join([column[row : row + 1] * len(view.accounts) for row, view in enumerate(self.views)])
        views = bytearray(len(self.views))
        for row in _places(column):
            views[self._view_of[row]] = True
        return bytes(views)


def _ruling(requirement: Requirement, rows: _Rows) -> Ruling:
    scope = _scope(requirement.scope, rows)
    judged = [_judged(assertion.condition, scope, rows) for assertion in requirement.assertions]
    return Ruling(scope, tuple([truths for truths, _ in judged]), tuple([met for _, met in judged]))


def _scope(conditions: Sequence[Condition], rows: _Rows) -> Truths:
    per_account = _reads_accounts(conditions)
    size = len(rows.accounts) if per_account else len(rows.views)
    everywhere = bytes([_TRUE]) * size
    columns = [
        int.from_bytes(rows.columns(everywhere, per_account=per_account).of(condition), "little")
        for condition in conditions
    ]
    together = reduce(and_, columns, int.from_bytes(everywhere, "little"))
    return Truths(together.to_bytes(size, "little"), per_account)


def _judged(condition: Condition, scope: Truths, rows: _Rows) -> tuple[Truths, tuple[bytes, ...]]:
    per_account = _reads_accounts([condition])
    applies = rows.applies(scope, per_account=per_account)
    columns = rows.columns(applies.translate(_TRUE_IF_SET), per_account=per_account)
    truths = Truths(_scattered(columns.of(condition), applies, _TRUE), per_account)
    met = [_scattered(columns.met(path), applies, 0) for path in obligations(condition)]
    if per_account:
        met = [bytes([any(column[part]) for part in rows.slices]) for column in met]
    return truths, tuple(met)


def _reads_accounts(conditions: Iterable[Condition]) -> bool:
    return any("account" in condition.free for condition in conditions)


def _scattered(column: bytes, applies: bytes, elsewhere: int) -> bytes:
    """A column of some rows at their places among all of them."""
    if len(column) == len(applies):
        return column
    scattered = bytearray([elsewhere]) * len(applies)
    for row, byte in zip(_places(applies), column, strict=True):
        scattered[row] = byte
    return bytes(scattered)


def _places(column: bytes) -> Iterator[int]:
    """The rows with a byte that is not 0: looked for, since a requirement may name one account of thousands."""
    flags = column.translate(_ONE_IF_SET)
    at = flags.find(1)
    while at >= 0:
        yield at
        at = flags.find(1, at + 1)


def _view_numbers(views: Sequence[View]) -> tuple[int, ...]:
    return tuple([number for number, view in enumerate(views) for _ in view.accounts])


def _slices(views: Sequence[View]) -> tuple[slice, ...]:
    bounds = accumulate((len(view.accounts) for view in views), initial=0)
    return tuple([slice(start, end) for start, end in pairwise(bounds)])
