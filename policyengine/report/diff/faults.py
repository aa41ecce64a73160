"""The output of `diff` instead of a comparison: the faults of the sides that do not compile, in every format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.text import quoted
from policyengine.report.diff.as_json import SCHEMA
from policyengine.report.diff.result import Names
from policyengine.report.json_output import finding_json, stamp, to_json
from policyengine.report.markdown import Section, code, comment, item, prose
from policyengine.report.terminal import TerminalPage
from policyengine.report.terminal_findings import write_diagnostic

_LONGEST = 200  # characters of a side's name


class FaultsOfSides(Record):
    """The findings on each side that does not compile, None for a side that does."""

    names: Names
    at: datetime
    base: tuple[Diagnostic, ...] | None
    head: tuple[Diagnostic, ...] | None

    @property
    def sides(self) -> Iterator[tuple[str, tuple[Diagnostic, ...]]]:
        """Why there is nothing to compare, with the findings that say so, for each side that does not compile."""
        for name, diagnostics in zip(self.names, (self.base, self.head), strict=True):
            if diagnostics is not None:
                yield f"{quoted(name, _LONGEST)} does not compile, so there is nothing to compare", diagnostics


def terminal(faults: FaultsOfSides, *, color: bool = False, width: int | None = None) -> str:
    """The faults for people."""
    page = TerminalPage(color=color, width=width)
    for reason, findings in faults.sides:
        page.line(("error", "error"), f": {reason}")
        page.line()
        for diagnostic in findings:
            write_diagnostic(page, diagnostic)
    return page.text()


def markdown(faults: FaultsOfSides) -> str:
    """The faults as a comment."""
    sections = [
        Section("\n", [item(f"- {prose(reason)}"), *map(_entry, diagnostics)]) for reason, diagnostics in faults.sides
    ]
    return comment("diff", "**could not judge**", sections)


def as_json(faults: FaultsOfSides) -> str:
    """The faults by side; no change, since nothing was compared."""
    base, head = (
        [finding_json(diagnostic) for diagnostic in diagnostics or ()] for diagnostics in (faults.base, faults.head)
    )
    return to_json(
        {
            "schema": SCHEMA,
            "at": stamp(faults.at),
            "base": faults.names.base,
            "head": faults.names.head,
            "changes": [],
            "findings": {"new": [], "gone": [], "base": base, "head": head},
        }
    )


def _entry(diagnostic: Diagnostic) -> str:
    where = f" {code(f'{diagnostic.span.source.name}:{diagnostic.span.first.line}')}" if diagnostic.span else ""
    return item(f"  - [**{diagnostic.code} {diagnostic.name}**]({diagnostic.url}){where} {prose(diagnostic.message)}")
