"""What `diff` writes instead of a comparison: the faults of the sides that do not compile, in every format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import record
from policyengine.base.text import quoted
from policyengine.report.diff.as_json import SCHEMA
from policyengine.report.diff.result import Names
from policyengine.report.json_output import finding, stamp, to_json
from policyengine.report.markdown import Section, code, comment, item, prose
from policyengine.report.terminal import TerminalPage, write_diagnostic

_LONGEST = 200  # characters of a side's name


@record
class Faults:
    """The findings on each side that does not compile, None for a side that does."""

    names: Names
    at: datetime
    base: tuple[Diagnostic, ...] | None
    head: tuple[Diagnostic, ...] | None

    @property
    def sides(self) -> Iterator[tuple[str, tuple[Diagnostic, ...]]]:
        """Why there is nothing to compare, with the findings that say so, for each side that does not compile."""
        for name, found in zip(self.names, (self.base, self.head), strict=True):
            if found is not None:
                yield f"{quoted(name, _LONGEST)} does not compile, so there is nothing to compare", found


def terminal(faults: Faults, *, color: bool = False) -> str:
    """The faults for people."""
    page = TerminalPage(color=color)
    for reason, findings in faults.sides:
        page.line(("error", "error"), f": {reason}")
        page.line()
        for found in findings:
            write_diagnostic(page, found, {})
    return page.text()


def markdown(faults: Faults) -> str:
    """The faults as a comment."""
    sections = [Section("\n", [item(f"- {prose(reason)}"), *map(_entry, found)]) for reason, found in faults.sides]
    return comment("diff", "**could not judge**", sections)


def as_json(faults: Faults) -> str:
    """The faults by side; no change, since nothing was compared."""
    base, head = ([finding(one) for one in found or ()] for found in (faults.base, faults.head))
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


def _entry(found: Diagnostic) -> str:
    where = f" {code(f'{found.span.source.name}:{found.span.first.line}')}" if found.span else ""
    return item(f"  - **{found.code} {found.name}**{where} {prose(found.message)}")
