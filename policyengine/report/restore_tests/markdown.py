"""`restore-tests --format markdown`: a comment with the sums, and a table of what is not tested."""

from __future__ import annotations

from policyengine.report.markdown import Section, code, comment, item, prose, table_row
from policyengine.report.restore_tests.result import RestoreTests

_HEAD = "\n| number | type | reason | why | such as |\n|---:|---|---|---|---|\n"


def render(tests: RestoreTests) -> str:
    """The result as a comment of at most 60,000 characters."""
    word = "**fail**: " if tests.failed else "**undecided**: " if tests.undecided else ""
    rows = [
        table_row(
            f"{len(group.rows):,}",
            code(group.type or "other"),
            code(group.reason.value),
            prose(group.why),
            prose(group.places),
        )
        for group in tests.groups
    ]
    asked = [item(f"- {prose(f'{each.code} {each.name}: {each.message}')}") for each in tests.findings]
    return comment("restore-tests", f"{word}{prose(tests.summary)}", [Section("\n", asked), Section(_HEAD, rows)])
