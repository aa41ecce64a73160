"""`decompile`: any document is a file of the language, and an admitted one compiles to an equal document."""

from __future__ import annotations

from language.compiler.compiling import canonical

from fuzz.doors.door import Door
from fuzz.doors.validate import AT
from fuzz.laws import holds, spans_lie_in_texts
from fuzz.mutations import trees
from fuzz.seeds import document_texts
from fuzz.words import document_words
from policyengine.aws.admission import admit
from policyengine.aws.admission.policy_schema import Container, schema
from policyengine.aws.documents import CONTROL, VALUE_OPERATORS, Json, PolicyDocument
from policyengine.aws.policy_text import TextFault, read_document
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies, decompile
from policyengine.language.syntax import format_module, parse
from policyengine.language.syntax.nodes import Module


def check(text: str) -> None:
    """Imports a document, and what admission leaves of it."""
    document = read_document("p", text)
    if isinstance(document, TextFault):
        return
    written = format_module(_imported(document))
    holds("same text twice", format_module(_imported(document)) == written)
    left = admit(document, at=AT).value
    content = without_idle_operators(left.content, schema())
    said = PolicyDocument("p", content, left.size, left.minified_size)
    if not admit(said, at=AT).failed:
        _survives(said)


def without_idle_operators(content: Json, container: Container) -> Json:
    """A document without operators on containers, which AWS takes and which change nothing: no text can say them."""
    if not isinstance(content, dict):
        return content
    idle = (*VALUE_OPERATORS, CONTROL) if container is schema() else VALUE_OPERATORS
    left: dict[str, Json] = {}
    for key, below in content.items():
        node = container.keys.get(key.lower(), container.each)
        if key.lower() not in idle:
            left[key] = without_idle_operators(below, node) if isinstance(node, Container) else below
    return left


def _imported(document: PolicyDocument) -> Module:
    return decompile(document, name="p").value


def _survives(document: PolicyDocument) -> None:
    outcome = decompile(document, name="p")
    holds("nothing left out", not outcome.diagnostics, [found.message for found in outcome.diagnostics])
    written = format_module(outcome.value)
    parsed = parse(Source("p.bpol", written))
    holds("text is of the language", not parsed.diagnostics, [found.message for found in parsed.diagnostics])
    holds("text is the tree", parsed.value == outcome.value, written)
    compiled = compile_policies([parsed.value])
    spans_lie_in_texts(compiled.diagnostics)
    holds("text compiles", not compiled.diagnostics, [found.message for found in compiled.diagnostics])
    content = compiled.value.policies[0].content
    holds("equal document", canonical(content) == canonical(document.content), written)
    holds("still admitted", not admit(compiled.value.policies[0], at=AT).failed, written)


DOOR = Door("import", check, document_texts, document_words(), trees.mutated, seconds_per_character=500e-6)
