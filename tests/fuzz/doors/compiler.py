"""`compile_sources`: any text is documents, or has findings; fixes stay in the text, and layout means nothing."""

from __future__ import annotations

from fuzz.doors.door import Door
from fuzz.laws import holds, spans_lie_in_texts
from fuzz.mutations import texts
from fuzz.seeds import reusing_texts
from fuzz.words import language_words
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.fixes import applicable, apply_fixes
from policyengine.base.source import Source
from policyengine.engine import compile_sources
from policyengine.language.syntax import format_source


def check(text: str) -> None:
    """Compiles a text as it is, once it is formatted, and with its fixes."""
    source = Source("a.bpol", text)
    outcome = compile_sources([source])
    spans_lie_in_texts(outcome.diagnostics)
    formatted = compile_sources([Source("a.bpol", format_source(source).value)])
    documents = [(policy.name, policy.content) for policy in outcome.value.policies]
    holds("layout means nothing", documents == [(each.name, each.content) for each in formatted.value.policies], text)
    holds("same faults in any layout", _said(outcome.diagnostics) == _said(formatted.diagnostics), text)
    _fix(source, outcome.diagnostics)


def _said(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return sorted((diagnostic.name, diagnostic.message) for diagnostic in found)


def _fix(source: Source, found: tuple[Diagnostic, ...]) -> None:
    fixes = [diagnostic.fix for diagnostic in found if diagnostic.fix]
    for fix in fixes:
        holds("edits in the text", all(0 <= edit.span.start <= edit.span.end <= len(source.text) for edit in fix.edits))
    holds("fixes of this text", len(applicable([source], fixes)) == len(set(fixes)))
    (fixed,), applied = apply_fixes([source], fixes)
    holds("a fix changes something", fixed.text != source.text or not applied, [fix.title for fix in fixes])
    if applied:
        compile_sources([fixed])


DOOR = Door("compiler", check, reusing_texts, language_words(), texts.mutated, seconds_per_character=2e-3)
