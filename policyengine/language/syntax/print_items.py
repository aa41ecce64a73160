"""Items of policies as text: names, values and schedules on a line, blocks and long lists over several."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from policyengine.aws.settings import plain_blocks
from policyengine.base.records import Record
from policyengine.base.source import Span
from policyengine.language.syntax.block_contents import TAG_BLOCKS
from policyengine.language.syntax.grammar import grammar
from policyengine.language.syntax.layout_page import LayoutPage, PartStyle
from policyengine.language.syntax.literals import (
    Boolean,
    CronNode,
    Daily,
    Date,
    Duration,
    EveryHours,
    Forever,
    Hourly,
    Integer,
    ListOf,
    Monthly,
    Name,
    Reference,
    Schedule,
    Spread,
    Text,
    Time,
    Value,
    Weekly,
    Yearly,
)
from policyengine.language.syntax.nodes import (
    Argument,
    Block,
    ChildrenMay,
    CopyNode,
    Item,
    Let,
    Like,
    LockedKey,
    Parameter,
    SettingNode,
    TargetNode,
    Where,
)
from policyengine.language.syntax.words import DAY_NAMES, MONTH_NAMES, ORDINALS, is_bare_name, quote

_ORDINALS = {number: word for word, number in ORDINALS.items()}
_SET_APART = frozenset({"plan", "rule", "tag selection", "resource selection"})  # a blank line before and after braces
_COMPACT = frozenset(row.kind for row in plain_blocks())  # one line for one entry


class Braces(Record):
    """A block to write.

    Attributes:
        head: The text before its parameters, or before its brace.
        head_end: The offset at which that ends in the source, parameters and template included.
        items: What stands in the braces.
        span: The whole block.
        tags: Whether the items are tags, whose keys are quoted like tags.
        compact: Whether a single setting stands on the line of the braces.
        parameters: Those of a template.
        like: The template that it is like.
    """

    head: str
    head_end: int
    items: Sequence[Item]
    span: Span
    tags: bool = False
    compact: bool = False
    parameters: Sequence[Parameter] = ()
    like: Like | None = None

    @property
    def missing(self) -> bool:
        """Whether there are no braces: a template says all."""
        return not self.items and self.like is not None and self.span.end <= self.head_end


def block_braces(block: Block, parameters: Sequence[Parameter] = ()) -> Braces:
    """A plan, a rule, a selection or a block without a name as braces to write, without `locked`."""
    name = f" {name_text(block.name)}" if block.name else ""
    end = (block.like or (parameters[-1] if parameters else None) or block).span.end
    if not (block.like or parameters):
        end = block.head.end
    tags, compact = block.kind in TAG_BLOCKS, block.kind in _COMPACT
    head = f"{block.kind}{name}"
    return Braces(head, end, block.body, block.span, tags, compact, parameters, block.like)


def hoist_end(page: LayoutPage, block: Braces) -> int:
    """The offset up to which comments in the head of a block move before it."""
    return block.span.end if block.missing else page.brace_after(block.head_end)


def write_braces(page: LayoutPage, depth: int, block: Braces) -> None:
    """Writes a block of items."""
    end = block.span.end
    if block.missing:
        _write_head(page, depth, block, "")
        return
    if not block.items and not page.comments_before(end):
        _write_head(page, depth, block, " {}")
        return
    one_line = _one_line(block) if block.compact and not page.comments_before(end) else None
    if one_line and page.fits(depth, one_line):
        page.line(depth, one_line)
        return
    _write_head(page, depth, block, " {")
    page.trail(page.brace_after(block.head_end) + 1, block.items[0].span.start if block.items else end)
    page.parts(
        block.items,
        depth + 1,
        end - 1,
        PartStyle(
            lambda item: _write(page, depth + 1, item, tags=block.tags),
            lambda item: item_hoist_end(page, item),
            _blank_between,
        ),
    )
    page.line(depth, "}")


def _write_head(page: LayoutPage, depth: int, block: Braces, end: str) -> None:
    """Writes the head of a block with `end` behind it; parameters and arguments on lines of their own if need be."""
    parts = ", ".join(_parameter_text(parameter) for parameter in block.parameters)
    like = f" like {like_text(block.like)}" if block.like else ""
    flat = block.head + (f"({parts})" if parts else "") + like + end
    if page.fits(depth, flat):
        page.line(depth, flat)
        return
    start = block.head
    if block.parameters:
        _write_parts(page, depth, start, block.parameters)
        start = ")"
    if block.like:
        start += f" like {name_text(block.like.template)}"
        if block.like.arguments:
            _write_parts(page, depth, start, block.like.arguments)
            start = ")"
    page.line(depth, start + end)


def _write_parts(page: LayoutPage, depth: int, start: str, parts: Sequence[Parameter] | Sequence[Argument]) -> None:
    page.line(depth, f"{start}(")
    for part in parts:
        value = part.value if isinstance(part, Argument) else part.default
        text = f"{_parameter_text(part)},"
        if isinstance(value, ListOf) and not page.fits(depth + 1, text):
            _write_list(page, depth + 1, f"{part.name.text} = ", value, ",")
        else:
            page.line(depth + 1, text)


def _parameter_text(part: Parameter | Argument) -> str:
    value = part.value if isinstance(part, Argument) else part.default
    return f"{part.name.text} = {value_text(value)}" if value else part.name.text


def like_text(like: Like) -> str:
    """`nightly(keep = 35 days)`, on one line."""
    arguments = ", ".join(_parameter_text(argument) for argument in like.arguments)
    return name_text(like.template) + (f"({arguments})" if arguments else "")


def write_setting(page: LayoutPage, depth: int, start: str, value: Value) -> None:
    """Writes a setting or a let whose text up to the value is `start`."""
    text = f"{start} {value_text(value)}"
    if isinstance(value, ListOf) and (page.comments_before(value.span.end) or not page.fits(depth, text)):
        _write_list(page, depth, f"{start} ", value, "")
    else:
        page.line(depth, text)


def item_hoist_end(page: LayoutPage, item: Item | Let) -> int:
    """The offset up to which comments inside an item move before it: the bracket or brace that they may follow."""
    match item:
        case SettingNode(value=ListOf() as value) | Let(value=ListOf() as value):
            return value.span.start
        case Block():
            return hoist_end(page, block_braces(item))
        case CopyNode(head=head) if item.span.end > head.end:
            return page.brace_after(head.end)
    return item.span.end


def _write(page: LayoutPage, depth: int, item: Item, *, tags: bool) -> None:
    locked = "locked " if not isinstance(item, (ChildrenMay, LockedKey)) and item.locked else ""
    match item:
        case SettingNode(key=key, operator=operator, value=value):
            write_setting(page, depth, f"{locked}{_key(key, tags=tags)} {operator}", value)
        case LockedKey(key=key):
            page.line(depth, f"locked {_key(key, tags=tags)}")
        case ChildrenMay():
            page.line(depth, children_text(item))
        case Where():
            page.line(depth, locked + where_text(item))
        case CopyNode(body=body, head=head, span=span):
            if body or page.comments_before(span.end):
                write_braces(page, depth, Braces(locked + copy_text(item), head.end, body, span))
            else:
                page.line(depth, locked + copy_text(item))
        case Block():
            braces = block_braces(item)
            write_braces(page, depth, replace(braces, head=locked + braces.head))


def _one_line(block: Braces) -> str | None:
    if len(block.items) != 1 or not isinstance(setting := block.items[0], SettingNode):
        return None
    locked = "locked " if setting.locked else ""
    key, value = _key(setting.key, tags=block.tags), value_text(setting.value)
    return f"{block.head} {{ {locked}{key} {setting.operator} {value} }}"


def _blank_between(before: Item, after: Item) -> bool:
    return any(isinstance(item, Block) and _is_set_apart(item) for item in (before, after))


def _is_set_apart(block: Block) -> bool:
    return block.kind in _SET_APART and not block_braces(block).missing


def _write_list(page: LayoutPage, depth: int, start: str, value: ListOf, end: str) -> None:
    """Writes a list with an item on each line; `start` precedes its bracket, `end` follows it."""
    page.line(depth, f"{start}[")
    last = value.span.end - 1
    page.trail(value.span.start + 1, value.items[0].span.start if value.items else last)
    page.parts(
        value.items,
        depth + 1,
        last,
        PartStyle(
            lambda item: _write_list_item(page, depth + 1, item),
            lambda item: item.span.start if isinstance(item, ListOf) else item.span.end,
        ),
    )
    page.line(depth, f"]{end}")


def _write_list_item(page: LayoutPage, depth: int, item: Value) -> None:
    text = f"{value_text(item)},"
    if isinstance(item, ListOf) and (page.comments_before(item.span.end) or not page.fits(depth, text)):
        _write_list(page, depth, "", item, ",")
    else:
        page.line(depth, text)


def name_text(name: Name) -> str:
    """A name, without quotes where it can do without (language.md section 2)."""
    return name.text if is_bare_name(name.text) else quote(name.text)


def key_text(key: Name) -> str:
    """The key of a setting; keywords are quoted, except `vault`, which is a setting, too."""
    return key.text if key.text == "vault" or not needs_quotes(key.text) else quote(key.text)


def tag_text(key: Name) -> str:
    """The key of a tag; keywords are quoted."""
    return quote(key.text) if needs_quotes(key.text) else key.text


def _key(key: Name, *, tags: bool) -> str:
    return tag_text(key) if tags else key_text(key)


def needs_quotes(key: str) -> bool:
    """Whether a text needs quotes as the key of a tag (language.md section 2)."""
    return key in grammar().words or not is_bare_name(key)


def target_text(target: TargetNode) -> str:
    """`root`, `ou "Workloads"`, `account "payments"`."""
    return "root" if target.kind == "root" else f"{target.kind} {quote(target.text)}"


def children_text(control: ChildrenMay) -> str:
    """`children may append, remove in rules/nightly`."""
    path = "/".join(name_text(segment) for segment in control.path)
    return f"children may {', '.join(control.operators)}" + (f" in {path}" if path else "")


def where_text(condition: Where) -> str:
    """`where production: "aws:ResourceTag/env" == "prod"`."""
    compared = f"{value_text(condition.key)} {condition.operator} {value_text(condition.value)}"
    return f"where {name_text(condition.name)}: {compared}"


def copy_text(copy: CopyNode) -> str:
    """`copy to vault "Central" in eu-central-1`, without its braces."""
    if copy.arn:
        return f"copy to {value_text(copy.arn)}"
    parts = ["copy to vault", value_text(copy.vault) if copy.vault else '""']
    if copy.region:
        parts += ["in", value_text(copy.region)]
    if copy.account:
        parts += ["account", value_text(copy.account)]
    return " ".join(parts)


def value_text(value: Value) -> str:  # noqa: PLR0911 - one for each kind
    """A value on one line."""
    match value:
        case Text(value=text):
            return quote(text)
        case Reference(name=name):
            return name
        case Integer(value=number):
            return str(number)
        case Duration(count=count, unit=unit):
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
        case Forever():
            return "forever"
        case Boolean(value=truth):
            return "true" if truth else "false"
        case ListOf(items=items):
            return f"[{', '.join(value_text(item) for item in items)}]"
        case Spread(value=inner):
            return f"...{value_text(inner)}"
        case Date(year=year, month=month, day=day):
            return f"{year:04}-{month:02}-{day:02}"
    return _schedule_text(value)


def _schedule_text(schedule: Schedule) -> str:  # noqa: PLR0911 - one for each kind
    match schedule:
        case Hourly(minute=minute):
            return f"hourly at :{minute:02}" if minute else "hourly"
        case EveryHours(hours=hours, at=at):
            return f"every {hours} {'hour' if hours == 1 else 'hours'}" + (f" at {_time(at)}" if at else "")
        case Daily(at=at):
            return f"daily at {_time(at)}"
        case Weekly(days=(day,), at=at):
            return f"weekly on {DAY_NAMES[day]} at {_time(at)}"
        case Weekly(days=days, at=at):
            return f"weekly on {', '.join(day.lower() for day in days)} at {_time(at)}"
        case Monthly(at=at):
            return f"monthly on {_moment(schedule)} at {_time(at)}"
        case Yearly(day=date, month=month, at=at):
            return f"yearly on {date} {MONTH_NAMES[month]} at {_time(at)}"
        case CronNode(text=text):
            return f"cron({quote(text)})"


def _moment(schedule: Monthly) -> str:
    if schedule.last_day:
        return "last day"
    if schedule.weekday is None:
        return f"day {schedule.day}"
    ordinal = _ORDINALS[schedule.nth] if schedule.nth else "last"
    return f"{ordinal} {DAY_NAMES[schedule.weekday]}"


def _time(time: Time) -> str:
    return f"{time.hour:02}:{time.minute:02}"
