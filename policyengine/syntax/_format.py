"""The formatter with its proof: nothing is given out that was not read again and found equal."""

from __future__ import annotations

from policyengine.catalogue.language import unsafe_formatting
from policyengine.diagnostics import Diagnostic, Outcome
from policyengine.source import Source, Span
from policyengine.syntax._parse import parse
from policyengine.syntax._print import format_module
from policyengine.syntax.nodes import Module


def format_source(source: Source) -> Outcome[str]:
    """A text in the canonical layout.

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
    return unsafe_formatting.RULE.at(whole, message, help="the file stays as it is; this is a fault of the formatter")
