"""Evaluates conditions over frames: the truth of a condition for all rows at once, a byte of `truth` a row.

Each condition is evaluated on the smallest frame that it looks at, a comparison once for each distinct value, and a
quantifier as a group-by: the slices of a column that belong to the rows around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, TypeAlias

from policyengine.analysis.requirements.frame import Coded, Frame, Inside, Smaller, hides
from policyengine.analysis.requirements.truth import (
    EVERY,
    MEANT,
    MET,
    MISSING,
    NEGATED,
    OF_BYTE,
    TRUTH_BYTE,
    Truth,
    at_least,
    in_all,
)
from policyengine.analysis.requirements.truth import SOME as SOME_OF
from policyengine.analysis.requirements.typed import (
    Access,
    Comparison,
    Condition,
    Constant,
    Logical,
    Not,
    Operand,
    Pick,
    Quantifier,
    counts_as,
    unlisted_types,
)
from policyengine.analysis.requirements.value_types import ABSENT, is_equality
from policyengine.aws.deployment import UNKNOWN

_TRUTH = 7  # the bits of a truth; the one above them says that a quantifier met an element
_ONLY_TRUTH = bytes(number & _TRUTH for number in range(256))
_ONLY_MET = bytes(number & MET for number in range(256))
_FALSE, _UNKNOWN, _TRUE = TRUTH_BYTE[False], TRUTH_BYTE[UNKNOWN], TRUTH_BYTE[True]
_PERHAPS = (_TRUE, _UNKNOWN)
_OPEN: Mapping[object, Truth] = {MISSING: MISSING, UNKNOWN: UNKNOWN}
"""Values that are no side of a comparison, with its truth beside them."""

Path: TypeAlias = Sequence[Quantifier]
"""A quantifier, and those around it from the outermost on, each directly inside what the other asks of its elements."""


class Columns:
    """The columns of conditions on a frame and on the smaller ones inside it, each evaluated once."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self._columns: dict[Condition, tuple[Frame, bytes]] = {}

    def of(self, condition: Condition) -> bytes:
        """The truth of a condition for each row of the frame."""
        return self._on(condition, self.frame).translate(_ONLY_TRUTH)

    def at(self, condition: Condition, places: Mapping[str, Any]) -> Truth:
        """The truth of a condition, or of one inside it, for the row at some places."""
        if condition not in self._columns:
            self._on(condition, self.frame)
        frame, column = self._columns[condition]
        return OF_BYTE[column[frame.position(places)] & _TRUTH]

    def met(self, path: Path) -> bytes:
        """For each row of the frame, a byte that is not 0 where the last quantifier of a path met an element."""
        return self._met(path, self.frame)

    def _on(self, condition: Condition, frame: Frame) -> bytes:
        """A column on a frame, of a quantifier with the bit that says that it met an element."""
        small = frame.smaller(condition.free)
        if condition not in self._columns:
            self._columns[condition] = small.frame, _BY_TYPE[type(condition)](self, condition, small.frame)
        return small.spread(self._columns[condition][1])

    def _truths(self, condition: Condition, frame: Frame) -> bytes:
        return self._on(condition, frame).translate(_ONLY_TRUTH)

    def _constant(self, condition: Constant, frame: Frame) -> bytes:
        return bytes([_byte(condition.constant)]) * frame.size

    def _value(self, condition: Access | Pick, frame: Frame) -> bytes:
        codes, values = frame.coded(condition)
        return _translated(codes, map(_byte, values))

    def _comparison(self, condition: Comparison, frame: Frame) -> bytes:
        (ours, values), (theirs, others) = _coded(condition.left, frame), _coded(condition.right, frame)
        if len(others) == 1:
            (other,) = others
            if is_equality(condition.holds) and other is not ABSENT and other not in _OPEN:
                return _translated(ours, _equal_to(other, values))
            return _translated(ours, [_compared(condition, value, other) for value in values])
        if len(values) == 1:
            (value,) = values
            return _translated(theirs, [_compared(condition, value, other) for other in others])
        pairs, left, right = list(zip(ours, theirs, strict=True)), list(values), list(others)
        truths = {pair: _compared(condition, left[pair[0]], right[pair[1]]) for pair in set(pairs)}
        return bytes(map(truths.__getitem__, pairs))

    def _logical(self, condition: Logical, frame: Frame) -> bytes:
        columns = (int.from_bytes(self._truths(operand, frame), "little") for operand in condition.operands)
        together = reduce(and_ if condition.operator == "and" else or_, columns)
        return together.to_bytes(frame.size, "little")

    def _not(self, condition: Not, frame: Frame) -> bytes:
        return self._truths(condition.operand, frame).translate(NEGATED)

    def _quantifier(self, condition: Quantifier, frame: Frame) -> bytes:
        if condition.over == "resource" and frame.resources is None:
            return bytes([_UNKNOWN]) * frame.size
        if frame.resources and unlisted_types(condition, frame.resources.unlisted):
            return self._of_elements(condition, frame).translate(_WITH_MORE[condition.kind])
        return self._of_elements(condition, frame)

    def _of_elements(self, condition: Quantifier, frame: Frame) -> bytes:
        """A quantifier over the elements that are known, and those that a plan of nobody's knowledge may have."""
        if condition.kind == "at least":
            column = self._counted(condition, frame)
        else:
            column = self._folded(condition, frame, lambda inside: self._contributed(condition, inside), condition.kind)
            column = column.translate(_OPPOSITE) if condition.kind == "no" else column
        if _is_of_plans(condition) and any(view.withheld for view in frame.at["view"]):
            pairs = zip(frame.at["view"], column, strict=True)
            return bytes([_UNKNOWN if view.withheld else byte for view, byte in pairs])
        if frame.resources is None or condition.within == "account":
            return column
        hiding = [hides(condition.over, holder) for holder in frame.at[condition.within]]
        if not any(hiding):
            return column
        each = zip(hiding, column, column.translate(_WITH_MORE[condition.kind]), strict=True)
        return bytes([with_more if hidden else byte for hidden, byte, with_more in each])

    def _folded(self, condition: Quantifier, frame: Frame, contributed: Callable[[Frame], bytes], kind: str) -> bytes:
        """The contributions of elements, together for each row.

        Of an account plan by plan, since accounts share these.
        """
        if not _is_of_plans(condition) or condition.over == "plan":
            inside = frame.inside(condition.over, condition.within)
            return _together(inside, contributed(inside.frame), kind)
        plans = frame.inside("plan", "account")
        small = plans.frame.smaller((condition.inside - {condition.over}) | {"plan"})
        inside = small.frame.inside(condition.over, "plan")
        return _together(plans, small.spread(_together(inside, contributed(inside.frame), kind)), kind)

    def _contributed(self, condition: Quantifier, frame: Frame) -> bytes:
        """The contribution of each element, with the bit of those that are met.

        Evaluated where both conditions look.
        """
        small = frame.smaller(condition.inside)
        return small.spread(self._judged(condition, small).translate(EVERY if condition.kind == "every" else SOME_OF))

    def _judged(self, condition: Quantifier, small: Smaller) -> bytes:
        """For each element, three bits for whether it is meant, and three for whether it satisfies."""
        satisfies = self._truths(condition.satisfies, small.frame)
        return _packed(self._meant(condition, small.frame), satisfies)

    def _meant(self, condition: Quantifier, frame: Frame) -> bytes:
        return self._truths(condition.where, frame) if condition.where else bytes([_TRUE]) * frame.size

    def _counted(self, condition: Quantifier, frame: Frame) -> bytes:
        """Whether so many hold: plan by plan, as above, since no rule or copy is in two plans of an account."""
        if not _is_of_plans(condition) or condition.over == "plan":
            inside = frame.inside(condition.over, condition.within)
            return bytes([_enough(condition.count, truths) for truths in self._element_truths(condition, inside)])
        plans = frame.inside("plan", "account")
        small = plans.frame.smaller((condition.inside - {condition.over}) | {"plan"})
        truths = self._element_truths(condition, small.frame.inside(condition.over, "plan"))
        each = truths if small.rows is None else [truths[row] for row in small.rows]
        return bytes([_enough(condition.count, b"".join(each[part])) for part in plans.slices])

    def _element_truths(self, condition: Quantifier, inside: Inside) -> list[bytes]:
        """The truths of what is counted, for each row around it."""
        small = inside.frame.smaller(condition.inside)
        judged = small.spread(self._judged(condition, small))
        counted = list(map(counts_as, inside.frame.at[condition.over]))
        truths = _Regions()
        return [_in_regions(counted[part], judged[part], truths) for part in inside.slices]

    def _met(self, path: Path, frame: Frame) -> bytes:
        first, *rest = path
        if not rest:
            return self._on(first, frame).translate(_ONLY_MET)
        small = frame.smaller(first.free)

        def contributed(inside: Frame) -> bytes:
            return _both(self._meant(first, inside).translate(MEANT), self._met(rest, inside))

        return small.spread(self._folded(first, small.frame, contributed, "some").translate(_ONLY_MET))


_BY_TYPE: Mapping[type, Callable[[Columns, Any, Frame], bytes]] = {
    Constant: Columns._constant,  # noqa: SLF001 - the table of this class
    Access: Columns._value,  # noqa: SLF001
    Pick: Columns._value,  # noqa: SLF001
    Comparison: Columns._comparison,  # noqa: SLF001
    Logical: Columns._logical,  # noqa: SLF001
    Not: Columns._not,  # noqa: SLF001
    Quantifier: Columns._quantifier,  # noqa: SLF001
}
_WITH_MORE = {
    "every": bytes(number & (_UNKNOWN | MET) for number in range(256)),
    "no": bytes(number & MET | (_UNKNOWN if number & _TRUTH else _FALSE) for number in range(256)),
    "some": bytes(number | _UNKNOWN for number in range(256)),
    "at least": bytes(number | _UNKNOWN for number in range(256)),
}
"""The truths of quantifiers where further elements may exist, by kind: a table over the bits of the known ones."""
_OPPOSITE = bytes(NEGATED[number & _TRUTH] | number & MET for number in range(256))


def _is_of_plans(condition: Quantifier) -> bool:
    """Whether a quantifier ranges over what the plans of an account hold."""
    return condition.within == "account" and condition.over != "resource"


def _byte(value: Any) -> int:  # noqa: ANN401 - a truth
    return TRUTH_BYTE[value]


def _compared(condition: Comparison, left: object, right: object) -> int:
    if left is MISSING or right is MISSING:
        return TRUTH_BYTE[MISSING]
    if left is UNKNOWN or right is UNKNOWN:
        return _UNKNOWN
    return TRUTH_BYTE[condition.holds(left, right)]


def _equal_to(other: object, values: Mapping[Any, int]) -> bytes:
    """Which of the values is equal to another one: looked up, since accounts have as many names as there are."""
    truths = bytearray(len(values))  # false
    for value, truth in ((other, True), *_OPEN.items()):
        if value in values:
            truths[values[value]] = TRUTH_BYTE[truth]
    return bytes(truths)


def _coded(operand: Operand, frame: Frame) -> Coded:
    return Coded(bytes(frame.size), {operand.constant: 0}) if isinstance(operand, Constant) else frame.coded(operand)


def _translated(codes: bytes | list[int], truths: Iterable[int]) -> bytes:
    table = bytes(truths)
    if len(table) == len(codes):  # codes count up, so that each row has its own value
        return table
    return codes.translate(table.ljust(256)) if isinstance(codes, bytes) else bytes(map(table.__getitem__, codes))


def _packed(meant: bytes, satisfies: bytes) -> bytes:
    both = int.from_bytes(meant, "little") << 3 | int.from_bytes(satisfies, "little")
    return both.to_bytes(len(meant), "little")


def _both(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "little") & int.from_bytes(right, "little")).to_bytes(len(left), "little")


class _Folds(dict[bytes, int]):
    """A cache of folds: the bytes of a slice to their combined bits; many slices are equal."""

    def __init__(self, fold: Callable[[int, int], int], nothing: int) -> None:
        super().__init__()
        self._fold, self._nothing = fold, nothing

    def __missing__(self, part: bytes) -> int:
        distinct = set(part)
        truth = reduce(self._fold, (byte & _TRUTH for byte in distinct), self._nothing)
        self[part] = truth | (MET if max(distinct, default=0) >= MET else 0)
        return self[part]


def _together(inside: Inside, column: bytes, kind: str) -> bytes:
    folds = _Folds(and_, _TRUE) if kind == "every" else _Folds(or_, _FALSE)
    return bytes(map(folds.__getitem__, map(column.__getitem__, inside.slices)))


class _Regions(dict[bytes, int]):
    """Whether a condition holds in all Regions that it applies to, by the judgement in each of them."""

    def __missing__(self, judged: bytes) -> int:
        self[judged] = TRUTH_BYTE[in_all((OF_BYTE[byte >> 3], OF_BYTE[byte & _TRUTH]) for byte in judged)]
        return self[judged]


def _in_regions(counted: Iterable[object], judged: bytes, truths: _Regions) -> bytes:
    """A truth for each rule or copy that is meant in any Region."""
    each: dict[object, bytearray] = {}
    for what, byte in zip(counted, judged, strict=True):
        if byte >> 3 in _PERHAPS:
            each.setdefault(what, bytearray()).append(byte)
    return bytes([truths[bytes(regions)] for regions in each.values()])


def _enough(count: int, truths: bytes) -> int:
    """Whether so many hold."""
    return TRUTH_BYTE[at_least(count, map(OF_BYTE.__getitem__, truths))] | (MET if truths else 0)
