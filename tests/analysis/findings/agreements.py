"""Organizations, waivers and diagnostics for the tests of this room, as short as they can be written."""

from __future__ import annotations

from datetime import date

from policyengine.analysis.findings import Verdict, Waiver, read_waivers
from policyengine.analysis.findings.baseline import Baseline, read_baseline
from policyengine.aws.organization import Organization, attach
from policyengine.aws.snapshot.snapshot import read_snapshot
from policyengine.base.diagnostics import Diagnostic, Outcome, Severity
from policyengine.base.source import Source, Span
from policyengine.language.syntax import parse
from policyengine.language.syntax.nodes import Waive
from policyengine.report.baseline import render

BOOKS, TOYS, LAB, BOSS = "222222222222", "333333333333", "444444444444", "111111111111"
ACCOUNTS = (BOSS, BOOKS, TOYS, LAB)
TREE = f"""\
version: 1
root:
  name: Root
  accounts: [{{id: "{BOSS}", name: boss}}]
  units:
    - name: Shops
      accounts: [{{id: "{BOOKS}", name: books}}]
      units:
        - name: Loud
          accounts: [{{id: "{TOYS}", name: toys}}]
    - name: Labs
      accounts: [{{id: "{LAB}", name: lab}}]
"""
TODAY = date(2026, 9, 13)


def organization() -> Organization:
    """Four accounts: boss at the root, books in Shops, toys in Shops/Loud, lab in Labs."""
    return attach(read_snapshot(Source("organization.yaml", TREE))).value


def statements(text: str) -> list[Waive]:
    """`waive` statements, written without `waive` and `because`: `operator-blocked for root until 2027-01-01`."""
    lines = "".join(f'waive {line} because "x"\n' for line in text.splitlines())
    outcome = parse(Source("waivers.bpol", lines))
    assert outcome.diagnostics == ()
    return [statement for statement in outcome.value.statements if isinstance(statement, Waive)]


def read(text: str, *, requirements: tuple[str, ...] | None = (), today: date = TODAY) -> Outcome[tuple[Waiver, ...]]:
    """What statements come to in the organization of this module."""
    return read_waivers(statements(text), organization(), requirements, {}, today=today)


def waivers(text: str, *, requirements: tuple[str, ...] = ()) -> tuple[Waiver, ...]:
    """The waivers that statements without a fault make."""
    outcome = read(text, requirements=requirements)
    assert outcome.diagnostics == ()
    return outcome.value


def blocked(*accounts: str, line: int = 1, severity: Severity = Severity.WARNING, message: str = "m") -> Diagnostic:
    """A finding of `operator-blocked` in a line of `policy.bpol`."""
    source = Source("policy.bpol", "\n" * line + "x")
    return Diagnostic(
        "PE301", "operator-blocked", severity, message, span=Span(source, line, line + 1), accounts=accounts
    )


def baseline(verdict: Verdict) -> Baseline:
    """The baseline that accepts what counts in a verdict, written and read."""
    return read_baseline(Source("baseline.json", render(verdict)))
