"""`diff --format markdown`: a comment on a pull request, in the Markdown of GitHub and GitLab.

A table of what there is stands first. Requirements that the change violates, accounts that became invalid, what fails
the gate, what is lost and what is weakened are listed; all else is folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from policyengine.analysis.diff import Change, ChangeClass
from policyengine.base.diagnostics import Diagnostic
from policyengine.report.account_names import AccountNames
from policyengine.report.diff.result import DiffResult
from policyengine.report.diff.words import (
    Invalid,
    TextLine,
    broken_text,
    ending_text,
    finding_text,
    flip_text,
    headline,
    idle_text,
    invalid,
    invalid_text,
    notices,
    refusal_texts,
    shown_causes,
    summary,
)
from policyengine.report.markdown import Section, code, comment, folded, item, prose, table_row
from policyengine.report.shown_text import count

_LISTED = frozenset({ChangeClass.LOST, ChangeClass.WEAKENED})


def render(result: DiffResult) -> str:
    """The comparison as a comment of at most 60,000 characters."""
    sides = f"{code(result.names.base)} → {code(result.names.head)}"
    return comment("diff", f"**{result.verdict}**: {_prose(summary(result))}\n\n{sides}", _sections(result))


def _table(result: DiffResult) -> Section:
    """How much of what there is, and for how many accounts, the worst first."""
    broken = {number for flip in result.broken for number in flip.accounts}
    rows = [("requirements newly violated", len({flip.requirement for flip in result.broken}), len(broken))]
    for change_class in ChangeClass:
        changes = [change for change in result.comparison.changes if change.change_class is change_class]
        touched = {number for change in changes for number in change.accounts}
        rows.append((f"settings {change_class}", len(changes), len(touched)))
    shown = [table_row(title, f"{number:,}", f"{accounts:,}") for title, number, accounts in rows if number]
    return Section("\n| what | number | accounts |\n|---|---:|---:|\n", shown)


def _sections(result: DiffResult) -> Iterator[Section]:
    comparison = result.comparison
    yield _table(result)
    extra = [*_extra(result)]
    yield from map(next, extra)  # the sums; their details stand below what is violated and lost
    yield Section("\n", [item(f"- **violated**: {_prose(broken_text(flip, result))}") for flip in result.broken])
    yield Section("\n", [item(f"- **refused**: {_prose(text)}") for text in refusal_texts(result)])
    yield Section("\n", [_invalid(group) for group in invalid(result)])
    for change_class in ChangeClass:
        changes = [change for change in comparison.changes if change.change_class is change_class]
        entries = [_change(change, result) for change in changes]
        listed = change_class in _LISTED | result.fail_on
        yield Section("\n", entries) if listed else folded(f"{len(entries):,} {change_class}", entries)
    yield from chain.from_iterable(extra)
    yield Section("\n", [item(f"- **{notice.title}**: {_prose(notice.text)}") for notice in notices(result)])
    yield Section("\n", [item(f"- **requirement**: {_prose(flip_text(flip, result))}") for flip in result.other_flips])
    new = [_finding(diagnostic, result.accounts) for diagnostic in comparison.new_findings]
    yield folded(count(len(new), "new finding"), new)
    gone = [_finding(diagnostic, result.gone_accounts) for diagnostic in comparison.gone_findings]
    yield folded(f"{count(len(gone), 'finding')} gone", gone)
    ending = [item(f"- **waiver**: {_prose(ending_text(waiver, result))}") for waiver in result.ending]
    yield Section(
        "\n", [*ending, *(item(f"- **allowed**: {_prose(idle_text(number, result))}") for number in result.idle)]
    )


def _extra(result: DiffResult) -> Iterator[Iterator[Section]]:
    """The sections on resources and on the cost, where somebody asks for it, each with its sum first."""
    if result.resources is not None:
        from policyengine.report.diff.resource_section import resource_sections  # noqa: PLC0415 - start-up: as for costs

        yield resource_sections(result.resources, result.accounts)
    if result.cost is not None:
        from policyengine.report.diff.cost_section import cost_sections  # noqa: PLC0415 - start-up: few ask for the cost

        yield cost_sections(result.cost)


def _invalid(group: Invalid) -> str:
    errors = "".join(item(f"  - {_prose(invalid_text(error))}") for error in group.errors)
    return item(f"- **invalid**: {_prose(group.accounts)}") + errors + item(f"  - {_prose(group.meaning)}")


def _change(change: Change, result: DiffResult) -> str:
    """A change as an item of a list, its lines and the reason why it is allowed as items below."""
    lines = [f"- **{change.change_class}** {code(change.id)} {_prose(headline(change, result))}"]
    causes, more = shown_causes(change)
    lines += [f"  - {_line(cause)}" for cause in causes]
    if more:
        lines.append(f"  - and {count(more, 'more line')}")
    if change.id in result.allow:
        lines.append(f"  - allowed: {_prose(result.allow[change.id])}")
    return "".join(map(item, lines))


def _finding(diagnostic: Diagnostic, accounts: AccountNames) -> str:
    where = f" {code(f'{diagnostic.span.source.name}:{diagnostic.span.first.line}')}" if diagnostic.span else ""
    check = f"[**{diagnostic.code} {diagnostic.name}**]({diagnostic.url})"
    return item(f"- {check}{where} {_prose(finding_text(diagnostic, accounts))}")


def _line(line: TextLine) -> str:
    where = f"{code(line.place)} " if line.place else ""
    text = code(line.text) if line.place else _prose(line.text)
    return f"{'now' if line.sign == '+' else 'before'}: {where}{text}"


def _prose(text: str) -> str:
    """A sentence with the arrow that Markdown has no other use for; what stands in backticks stays as it is."""
    parts = text.split("`")
    parts[::2] = [part.replace("->", "→") for part in parts[::2]]
    return prose("`".join(parts))
