"""Whole modules of the language, made from its node classes: anything that a `.bpol` file can say, and no more.

`modules()` for everything, `policies()` and the others for a part. Spans are empty; names, keys and texts are as odd
as the language allows. The modules are legal for the grammar, not for the compiler: names may be unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, get_args

from hypothesis import strategies as st

from policyengine.base.source import Source, Span
from policyengine.base.text import is_blank
from policyengine.language.syntax import KEYWORDS
from policyengine.language.syntax.literals import (
    Boolean,
    CronNode,
    Daily,
    Date,
    Duration,
    DurationUnit,
    EveryHours,
    Forever,
    HeadedNode,
    Hourly,
    Integer,
    ListOf,
    Monthly,
    Name,
    Reference,
    Schedule,
    Spread,
    Text,
    TextOrName,
    Time,
    Value,
    Weekly,
    Yearly,
)
from policyengine.language.syntax.nodes import (
    Argument,
    AssertionNode,
    Attach,
    AttributeNode,
    Block,
    BlockKind,
    ChildrenMay,
    ComparisonNode,
    ComparisonOperator,
    ConditionOperator,
    CopyNode,
    ExpectExpression,
    ExpectValidity,
    ExpectViolation,
    Expression,
    GivenAccount,
    GivenPolicy,
    Index,
    Item,
    Items,
    Let,
    Like,
    LockedKey,
    LogicalNode,
    Module,
    NotNode,
    Parameter,
    Path,
    Policy,
    QuantifierNode,
    Require,
    SettingNode,
    SettingOperator,
    SpreadNode,
    TagEntry,
    TargetNode,
    Template,
    Test,
    UsePack,
    Waive,
    Where,
)

NOWHERE = Span(Source("made.bpol", ""), 0, 0)

VALUE_WORDS = frozenset({"cron", "daily", "every", "false", "forever", "hourly", "monthly", "true", "weekly", "yearly"})
"""Words that mean something else where a value is expected."""
CONDITION_WORDS = frozenset({"at", "every", "false", "forever", "no", "not", "some", "true"})
"""Words that mean something else where a condition is expected."""

_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = {"JAN": 31, "FEB": 29, "APR": 30, "MAY": 31, "DEC": 31}
_SETTINGS: tuple[BlockKind, ...] = ("recovery_point_tags", "plan_tags", "advanced", "malware_scan")


def _shared(make: Callable[[], st.SearchStrategy[Any]]) -> Callable[[], st.SearchStrategy[Any]]:
    """One strategy for all users, which Hypothesis prints by its name and not by all that it is made of."""
    made = cache(make)

    def draw_one(draw: st.DrawFn) -> Any:  # noqa: ANN401 - a node
        return draw(made())

    draw_one.__name__ = make.__name__
    return cache(st.composite(draw_one))


def bare_words() -> st.SearchStrategy[str]:
    """Words that need no quotes: plain ones, and all that look like keywords."""
    keywords = st.sampled_from(sorted(KEYWORDS))
    odd = st.builds("{}{}".format, keywords, st.sampled_from(("", "-x", "_x", "1")))
    return st.one_of(st.sampled_from(("daily-2026", "pii_daily", "eu-west-1", "_", "A1")), odd)


def texts() -> st.SearchStrategy[str]:
    """Any text that can be written in quotes."""
    likely = st.sampled_from(
        ("Main", "2026.v1", 'say "hi"', "a\\b", "line\nbreak", "\ttab", "", "\u202e", "\x00", "é😀")
    )
    return likely | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def names() -> st.SearchStrategy[Name]:
    """Names, bare or not."""
    return st.builds(Name, bare_words() | texts(), span=st.just(NOWHERE))


def strings() -> st.SearchStrategy[Text]:
    """Strings."""
    return st.builds(Text, texts(), span=st.just(NOWHERE))


def _node(node: type[Any], *parts: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    spans = dict.fromkeys(("span", "head") if issubclass(node, HeadedNode) else ("span",), st.just(NOWHERE))
    return st.builds(node, *parts, **spans, **named)


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _several(
    strategy: st.SearchStrategy[Any], least: int = 0, most: int = 3, unique_by: Callable[[Any], str] | None = None
) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=least, max_size=most, unique_by=unique_by).map(tuple)


@_shared
def schedules() -> st.SearchStrategy[Schedule]:
    """Every form of schedule."""
    time = _node(Time, st.integers(0, 23), st.integers(0, 59))
    weekday = st.sampled_from(_WEEKDAYS)
    yearly = st.sampled_from(sorted(_MONTHS)).flatmap(
        lambda month: _node(Yearly, st.integers(1, _MONTHS[month]), st.just(month), time)
    )
    return st.one_of(
        _node(Hourly, st.integers(0, 59)),
        _node(EveryHours, st.integers(0, 99), _maybe(time)),
        _node(Daily, time),
        _node(Weekly, st.lists(weekday, min_size=1, max_size=3, unique=True).map(tuple), time),
        _node(Monthly, time, day=st.integers(1, 31)),
        _node(Monthly, time, last_day=st.just(value=True)),
        _node(Monthly, time, weekday=weekday, nth=_maybe(st.integers(1, 5))),
        yearly,
        _node(CronNode, texts()),
    )


@_shared
def _constants() -> st.SearchStrategy[Any]:
    return st.one_of(
        strings(),
        _node(Integer, st.integers(0, 10**17)),
        _node(Duration, st.integers(0, 3000), st.sampled_from(get_args(DurationUnit))),
        _node(Forever),
        _node(Boolean, st.booleans()),
    )


@_shared
def values() -> st.SearchStrategy[Value]:
    """Every value of a setting or a let, lists in lists too."""
    references = _node(Reference, bare_words().filter(lambda word: word not in VALUE_WORDS))
    plain: st.SearchStrategy[Value] = st.one_of(_constants(), references, schedules())
    dates = _dates()

    def larger(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
        return _node(ListOf, _several(inner | _node(Spread, inner), most=6))

    return st.recursive(plain | dates, larger, max_leaves=6)


def _dates() -> st.SearchStrategy[Date]:
    return st.dates().flatmap(lambda day: _node(Date, st.just(day.year), st.just(day.month), st.just(day.day)))


@_shared
def expressions() -> st.SearchStrategy[Expression]:
    """Every condition."""
    steps = _several(_node(AttributeNode, bare_words()) | _node(Index, texts()))
    paths = _node(Path, bare_words().filter(lambda word: word not in CONDITION_WORDS), steps)
    return st.recursive(paths | _constants(), _larger, max_leaves=8)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    over = st.builds(Name, bare_words(), span=st.just(NOWHERE))
    return st.one_of(
        _node(Items, _several(inner | _node(SpreadNode, inner))),
        _node(ComparisonNode, inner, st.sampled_from(get_args(ComparisonOperator)), inner),
        _node(LogicalNode, st.sampled_from(("and", "or")), _several(inner, least=2)),
        _node(NotNode, inner),
        _node(QuantifierNode, st.sampled_from(("every", "some", "no")), st.none(), over, _maybe(inner), inner),
        _node(QuantifierNode, st.just("at least"), st.integers(0, 9), over, _maybe(inner), inner),
    )


@_shared
def _settings() -> st.SearchStrategy[SettingNode]:
    return _node(SettingNode, names(), st.sampled_from(get_args(SettingOperator)), values(), st.booleans())


@_shared
def _children() -> st.SearchStrategy[ChildrenMay]:
    some = st.lists(st.sampled_from(("assign", "append", "remove", "anything")), min_size=1, max_size=4, unique=True)
    return _node(ChildrenMay, st.just(("nothing",)) | some.map(tuple), _several(names()))


@_shared
def _arguments() -> st.SearchStrategy[tuple[Argument, ...]]:
    return _several(_node(Argument, _bare_names(), values()))


def _bare_names() -> st.SearchStrategy[Name]:
    return st.builds(Name, bare_words(), span=st.just(NOWHERE))


@_shared
def likes() -> st.SearchStrategy[Like]:
    """Uses of templates."""
    return _node(Like, names(), _arguments())


def _texts_or_names() -> st.SearchStrategy[TextOrName]:
    return strings() | _node(Reference, bare_words())


def _body(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Item, ...]]:
    return _several(st.one_of(_children(), *parts))


def _block(
    kind: BlockKind, body: st.SearchStrategy[tuple[Item, ...]], *, named: bool = True, like: bool = False
) -> st.SearchStrategy[Block]:
    return _node(
        Block,
        st.just(kind),
        names() if named else st.none(),
        body,
        st.booleans(),
        _maybe(likes()) if like else st.none(),
    )


@_shared
def rules() -> st.SearchStrategy[Block]:
    """Rules with settings, copies and tags."""
    part = _texts_or_names()
    arn = part.filter(lambda part: part != Reference("vault", span=NOWHERE))
    inside = _body(_settings())
    to_arn = _node(CopyNode, arn, st.none(), st.none(), st.none(), inside, st.booleans())
    to_vault = _node(CopyNode, st.none(), part, part, _maybe(part), inside, st.booleans())
    tags = _block("recovery_point_tags", _body(_settings()), named=False)
    return _block("rule", _body(_settings(), _locked_keys(), to_arn, to_vault, tags), like=True)


def _locked_keys() -> st.SearchStrategy[LockedKey]:
    return _node(LockedKey, names())


@_shared
def selections() -> st.SearchStrategy[Block]:
    """Selections of both kinds."""
    part, operators = _texts_or_names(), st.sampled_from(get_args(ConditionOperator))
    body = _body(_settings(), _locked_keys(), _node(Where, names(), part, operators, part, st.booleans()))
    return _block("tag selection", body, like=True) | _block("resource selection", body, like=True)


@_shared
def plans() -> st.SearchStrategy[Block]:
    """Plans with everything that can stand in them."""
    others = [_block(kind, _body(_settings()), named=False) for kind in _SETTINGS[1:]]
    return _block("plan", _body(_settings(), rules(), selections(), *others), like=True)


@_shared
def policies() -> st.SearchStrategy[Policy]:
    """Policies."""
    return _node(Policy, names(), _maybe(strings()), _body(plans()), _maybe(likes()))


@_shared
def targets() -> st.SearchStrategy[TargetNode]:
    """What a policy can be attached to."""
    return _node(TargetNode, st.just("root"), st.just("")) | _node(
        TargetNode, st.sampled_from(("ou", "account")), texts()
    )


@_shared
def requirements() -> st.SearchStrategy[Require]:
    """Requirements."""
    assertions = _several(_node(AssertionNode, expressions(), _maybe(strings())), least=1)
    levels = st.sampled_from((None, "advisory", "mandatory"))
    return _node(Require, names(), _maybe(strings()), levels, _maybe(strings()), _maybe(expressions()), assertions)


def _is_no_value_word(value: TextOrName) -> bool:
    return not isinstance(value, Reference) or value.name not in VALUE_WORDS


@_shared
def tests() -> st.SearchStrategy[Test]:
    """Tests."""
    places = _node(TargetNode, st.just("root"), st.just("")) | _node(TargetNode, st.just("ou"), texts())
    old = _node(GivenAccount, strings(), st.none(), st.just(()))
    new = _node(
        GivenAccount,
        strings(),
        places,
        _several(
            _node(TagEntry, names(), _texts_or_names().filter(_is_no_value_word)),
            unique_by=lambda entry: entry.key.text,
        ),
    )
    expectations = st.one_of(
        _node(ExpectExpression, expressions()),
        _node(ExpectViolation, names(), st.booleans()),
        _node(ExpectValidity, st.booleans()),
    )
    given = _several(st.one_of(old, new, _node(GivenPolicy, names(), targets())))
    steps = st.builds(lambda first, last: first + last, given, _several(expectations, least=1))
    return _node(Test, strings(), steps)


@_shared
def statements() -> st.SearchStrategy[Any]:
    """Statements of every kind."""
    until = _dates() | _node(Reference, bare_words())
    kinds = st.one_of(rules(), plans(), selections(), _block("policy", _body(plans()), like=True))
    unlocked = kinds.filter(lambda block: not block.locked)
    parameters = _several(_node(Parameter, _bare_names(), _maybe(values())))
    levels = st.sampled_from((None, "advisory", "mandatory"))
    reasons = strings().filter(lambda reason: not is_blank(reason.value))
    return st.one_of(
        _node(Let, names(), values()),
        _node(Template, unlocked, parameters),
        policies(),
        _node(Attach, _several(names(), least=1, most=9), _several(targets(), least=1, most=5)),
        requirements(),
        _node(UsePack, strings(), levels, _maybe(expressions())),
        _node(Waive, names(), targets(), until, reasons, st.booleans()),
        tests(),
    )


@_shared
def modules() -> st.SearchStrategy[Module]:
    """Whole files."""
    return st.builds(
        lambda language, parts: Module(NOWHERE.source, language, parts, ()),
        st.sampled_from((None, 1)),
        _several(statements(), most=4),
    )
