"""The insides of policies as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from policyengine.source import Span
from policyengine.syntax._page import Manner, Page
from policyengine.syntax._places import TAG_BLOCKS
from policyengine.syntax._print_values import (
    children_text,
    copy_text,
    key_text,
    name_text,
    tag_text,
    value_text,
    where_text,
)
from policyengine.syntax.nodes import Block, ChildrenMay, Copy, Item, Let, Setting, Where
from policyengine.syntax.values import ListOf, Name, Value
from policyengine.value import value

_ROOMY = frozenset({"plan", "rule", "tag selection", "resource selection"})  # a blank line before and after
_COMPACT = frozenset({"recovery_point_tags", "plan_tags", "advanced", "malware_scan"})  # one line for one entry


@value
class Braces:
    """A block to write: what stands before its brace and where that ends, what stands inside, and its span."""

    head: str
    head_end: int
    items: Sequence[Item]
    span: Span
    tags: bool = False
    compact: bool = False


def write_braces(page: Page, depth: int, block: Braces) -> None:
    """Writes a block of items."""
    end = block.span.end
    if not block.items and not page.comments_before(end):
        page.line(depth, f"{block.head} {{}}")
        return
    one_line = _one_line(block) if block.compact and not page.comments_before(end) else None
    if one_line and page.fits(depth, one_line):
        page.line(depth, one_line)
        return
    page.line(depth, f"{block.head} {{")
    page.trail(page.brace_after(block.head_end) + 1, block.items[0].span.start if block.items else end)
    page.parts(
        block.items,
        depth + 1,
        end - 1,
        Manner(
            lambda item: _write(page, depth + 1, item, tags=block.tags), lambda item: item_reach(page, item), _parted
        ),
    )
    page.line(depth, "}")


def write_setting(page: Page, depth: int, start: str, value: Value) -> None:
    """Writes a setting or a let, of which `start` is the text up to the value."""
    text = f"{start} {value_text(value)}"
    if isinstance(value, ListOf) and (page.comments_before(value.span.end) or not page.fits(depth, text)):
        _write_list(page, depth, f"{start} ", value, "")
    else:
        page.line(depth, text)


def item_reach(page: Page, item: Item | Let) -> int:
    """Up to where comments inside of an item move before it."""
    match item:
        case Setting(value=ListOf() as value) | Let(value=ListOf() as value):
            return value.span.start
        case Block(head=head, like=like):
            return page.brace_after((like.span if like else head).end)
        case Copy(head=head) if item.span.end > head.end:
            return page.brace_after(head.end)
    return item.span.end


def block_braces(block: Block) -> Braces:
    """How a plan, a rule, a selection or a plain block is written, without `locked`."""
    name = f" {name_text(block.name)}" if block.name else ""
    like = f" like {name_text(block.like)}" if block.like else ""
    end = (block.like.span if block.like else block.head).end
    tags, compact = block.kind in TAG_BLOCKS, block.kind in _COMPACT
    return Braces(f"{block.kind}{name}{like}", end, block.body, block.span, tags=tags, compact=compact)


def _write(page: Page, depth: int, item: Item, *, tags: bool) -> None:
    locked = "locked " if not isinstance(item, ChildrenMay) and item.locked else ""
    match item:
        case Setting(key=key, operator=operator, value=value):
            write_setting(page, depth, f"{locked}{_key(key, tags=tags)} {operator}", value)
        case ChildrenMay():
            page.line(depth, children_text(item))
        case Where():
            page.line(depth, locked + where_text(item))
        case Copy(body=body, head=head, span=span):
            if body or page.comments_before(span.end):
                write_braces(page, depth, Braces(locked + copy_text(item), head.end, body, span))
            else:
                page.line(depth, locked + copy_text(item))
        case Block():
            braces = block_braces(item)
            write_braces(page, depth, replace(braces, head=locked + braces.head))


def _key(key: Name, *, tags: bool) -> str:
    return tag_text(key) if tags else key_text(key)


def _one_line(block: Braces) -> str | None:
    if len(block.items) != 1 or not isinstance(setting := block.items[0], Setting):
        return None
    locked = "locked " if setting.locked else ""
    key, value = _key(setting.key, tags=block.tags), value_text(setting.value)
    return f"{block.head} {{ {locked}{key} {setting.operator} {value} }}"


def _parted(before: Item, after: Item) -> bool:
    return any(isinstance(item, Block) and item.kind in _ROOMY for item in (before, after))


def _write_list(page: Page, depth: int, start: str, value: ListOf, end: str) -> None:
    """Writes a list with one item a line."""
    page.line(depth, f"{start}[")
    last = value.span.end - 1
    page.trail(value.span.start + 1, value.items[0].span.start if value.items else last)
    page.parts(
        value.items,
        depth + 1,
        last,
        Manner(
            lambda item: _write_list_item(page, depth + 1, item),
            lambda item: item.span.start if isinstance(item, ListOf) else item.span.end,
        ),
    )
    page.line(depth, f"]{end}")


def _write_list_item(page: Page, depth: int, item: Value) -> None:
    text = f"{value_text(item)},"
    if isinstance(item, ListOf) and (page.comments_before(item.span.end) or not page.fits(depth, text)):
        _write_list(page, depth, "", item, ",")
    else:
        page.line(depth, text)
