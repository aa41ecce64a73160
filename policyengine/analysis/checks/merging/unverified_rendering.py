from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import from_notes
from policyengine.aws.merge import NoteKind
from policyengine.base.diagnostics import Diagnostic, Fix, Harm, Severity
from policyengine.base.fixes import item_left_out
from policyengine.base.rules import Rule
from policyengine.base.source import Span

_ITEM = re.compile(r'"[^"\\\n]*"|[\w-]+')
RULE = Rule("PE311", "unverified-rendering", Severity.INFO, harm=Harm.NOTHING)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per setting."""
    advice = "write each value once; do not remove the last type of an index"
    for finding in from_notes(facts, RULE, NoteKind.UNVERIFIED_RENDERING, advice):
        yield replace(finding, fix=_once(finding.span)) if finding.span else finding


def _once(setting: Span) -> Fix | None:
    """The fix that leaves out the one item that a setting's list repeats; None where it is not seen there."""
    items = list(_ITEM.finditer(setting.text, setting.text.find("[") + 1))
    again = [item for number, item in enumerate(items) if item[0] in {other[0] for other in items[:number]}]
    if len(again) != 1 or setting.text.count("[") != 1 or "#" in setting.text:
        return None
    return item_left_out(replace(setting, start=setting.start + again[0].start(), end=setting.start + again[0].end()))
