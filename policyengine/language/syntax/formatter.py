"""Tree to text in the canonical layout; a file is only changed where the new text parses to an equal tree.

Each level is indented by two blanks; statements, plans, rules and selections have a blank line around them; comments
keep their places. `=` is not aligned, and names are bare where they can be. What is longer than 100 columns and can be
broken goes over several lines. Inside braces and between short statements of a kind the author's blank lines are kept,
several in a row as a single one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.records import Record
from policyengine.base.source import Source, Span
from policyengine.language.language_rules import UNSAFE_FORMATTING
from policyengine.language.syntax.layout_page import LayoutPage, PartStyle
from policyengine.language.syntax.nodes import (
    Attach,
    Let,
    Module,
    Policy,
    Require,
    Statement,
    Template,
    Test,
    UsePack,
    Waive,
)
from policyengine.language.syntax.parser import parse
from policyengine.language.syntax.print_items import (
    Braces,
    block_braces,
    hoist_end,
    item_hoist_end,
    name_text,
    target_text,
    value_text,
    write_braces,
    write_setting,
)
from policyengine.language.syntax.print_requirements import prefixed, require_brace, write_require, write_test
from policyengine.language.syntax.words import quote

_BEFORE_STATEMENTS = re.compile(r"(?:[\ufeff \t\r\n]+|#[^\n]*)*")
_GROUPED = (Let, Attach, UsePack, Waive)  # several of a kind may stand without blank lines between them


def format_source(source: Source) -> Outcome[str]:
    """The text of a file in the canonical layout.

    With syntax errors, or where the new text would not mean the same with the same comments, or would not be stable,
    the value is the text as it was, and the diagnostics say why.
    """
    outcome = parse(source)
    if outcome.diagnostics:
        return Outcome(source.text, outcome.diagnostics)
    text = format_module(outcome.value)
    fault = _fault(outcome.value, text)
    return Outcome(source.text, (fault,)) if fault else Outcome(text)


def _fault(before: Module, text: str) -> Diagnostic | None:
    """The diagnostic that makes the formatted text of a module unsafe to write; None for a safe one."""
    outcome = parse(Source(before.source.name, text))
    after = outcome.value
    if outcome.diagnostics:
        return _refusal(before, f"formatting would break the file: {outcome.diagnostics[0].message}")
    if after != before:
        return _refusal(before, "formatting would change what the file means")
    if [comment.text for comment in after.comments] != [comment.text for comment in before.comments]:
        return _refusal(before, "formatting would lose a comment or change its place among the others")
    if format_module(after) != text:
        return _refusal(before, "formatting twice would not give the same as formatting once")
    return None


def _refusal(module: Module, message: str) -> Diagnostic:
    whole = Span(module.source, 0, 0)
    return UNSAFE_FORMATTING.at(whole, message, help="the file stays as it is; this is a fault of the formatter")


class _LanguageLine(Record):
    number: int
    span: Span


_Part = Statement | _LanguageLine


def format_module(module: Module) -> str:
    """The text of a module in the canonical layout; it parses to an equal tree with the same comments."""
    page = LayoutPage(module)
    page.parts(
        [*_language(module), *module.statements],
        0,
        len(module.source.text) + 1,
        PartStyle(lambda part: _write(page, part), lambda part: _hoist_end(page, part), _blank_between),
    )
    return page.text()


def _language(module: Module) -> Sequence[_LanguageLine]:
    if module.language is None:
        return ()
    text = module.source.text
    match = _BEFORE_STATEMENTS.match(text)
    start = match.end() if match else 0
    end = text.find(str(module.language), start) + len(str(module.language)) if text else 0
    return (_LanguageLine(module.language, Span(module.source, start, end)),)


def _blank_between(before: _Part, after: _Part) -> bool:
    return not (type(before) is type(after) and _is_short(before) and _is_short(after))


def _is_short(part: _Part) -> bool:
    match part:
        case Policy():
            return _policy(part).missing
        case Template(block=block, parameters=parameters):
            return block_braces(block, parameters).missing
    return isinstance(part, _GROUPED)


def _hoist_end(page: LayoutPage, part: _Part) -> int:
    match part:
        case Let():
            return item_hoist_end(page, part)
        case Template(block=block, parameters=parameters):
            return hoist_end(page, block_braces(block, parameters))
        case Policy():
            return hoist_end(page, _policy(part))
        case Require():
            return require_brace(page, part)
        case Test(title=title):
            return page.brace_after(title.span.end)
    return part.span.end


def _write(page: LayoutPage, part: _Part) -> None:
    match part:
        case _LanguageLine(number=number):
            page.line(0, f"language {number}")
        case Let(name=name, value=value):
            write_setting(page, 0, f"let {name_text(name)} =", value)
        case Template(block=block, parameters=parameters):
            braces = block_braces(block, parameters)
            write_braces(page, 0, replace(braces, head=f"template {braces.head}"))
        case Policy():
            write_braces(page, 0, _policy(part))
        case Attach():
            _write_attach(page, part)
        case Require():
            write_require(page, part)
        case UsePack():
            _write_pack(page, part)
        case Waive():
            _write_waive(page, part)
        case Test():
            write_test(page, part)


def _policy(policy: Policy) -> Braces:
    title = f" {value_text(policy.description)}" if policy.description else ""
    end = policy.description.span.end if policy.description else policy.head.end
    end = policy.like.span.end if policy.like else end
    return Braces(f"policy {name_text(policy.name)}{title}", end, policy.body, policy.span, like=policy.like)


def _write_attach(page: LayoutPage, attach: Attach) -> None:
    names = [name_text(name) for name in attach.policies]
    targets = [target_text(target) for target in attach.targets]
    line = f"attach {', '.join(names)} to {', '.join(targets)}"
    if page.fits(0, line):
        page.line(0, line)
        return
    if len(targets) == 1:
        page.line(0, "attach")
        page.lines(1, [f"{name}," for name in names[:-1]])
        page.line(1, f"{names[-1]} to {targets[0]}")
        return
    line = f"attach {', '.join(names)} to"
    if page.fits(0, line):
        page.line(0, line)
    else:
        page.line(0, "attach")
        page.lines(1, [f"{name}," for name in names[:-1]])
        page.line(1, f"{names[-1]} to")
    page.lines(1, [f"{target}," for target in targets[:-1]])
    page.line(1, targets[-1])


def _write_pack(page: LayoutPage, use: UsePack) -> None:
    level = f" level {use.level}" if use.level else ""
    line = f"use pack {quote(use.pack.value)}{level}"
    if use.scope is None:
        page.line(0, line)
        return
    scope = prefixed("for ", use.scope, 1)
    if len(scope) == 1 and page.fits(0, f"{line} {scope[0]}"):
        page.line(0, f"{line} {scope[0]}")
        return
    page.line(0, line)
    page.lines(1, scope)


def _write_waive(page: LayoutPage, waive: Waive) -> None:
    what = f"pack {quote(waive.what.text)}" if waive.pack else name_text(waive.what)
    line = f"waive {what} for {target_text(waive.target)} until {value_text(waive.until)}"
    reason = f"because {quote(waive.because.value)}"
    if page.fits(0, f"{line} {reason}"):
        page.line(0, f"{line} {reason}")
        return
    page.line(0, line)
    page.line(1, reason)
