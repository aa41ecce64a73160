"""AWS's document as a file of the language: the module whose text compiles to an equal document.

Equal is what AWS holds equal (language.md 3.4): keys fold case, scalars are strings, empty containers do not count.
"""

from __future__ import annotations

from policyengine.catalogue.language import content_not_imported
from policyengine.compiler.lift import Lift
from policyengine.compiler.project import misnamed_policy
from policyengine.compiler.read import read
from policyengine.diagnostics import Diagnostic, Outcome, Severity
from policyengine.model.documents import PolicyDocument
from policyengine.source import Source, Span
from policyengine.syntax.nodes import Module, Policy
from policyengine.syntax.values import Name, Text
from policyengine.wording import quoted


def decompile(document: PolicyDocument, *, partition: str = "aws", name: str) -> Outcome[Module]:
    """The module of one policy called `name` that compiles to a document equal to an admissible one.

    What the language cannot say is left out and named by a warning, and so is a `name` that a policy cannot have.
    """
    source = Source(name, "")
    span = Span(source, 0, 0)
    root, strange = read(document.content, span)
    lift = Lift(partition, span)
    body = lift.body(root, (root.key,))
    description = Text(document.description, span=span) if document.description else None
    policy = Policy(Name(name, span=span), description, body, span=span, head=span)
    found = [_left_out(path, name) for path in (*strange, *lift.left_out)]
    if misnamed := misnamed_policy(policy.name):
        found.append(misnamed.with_severity(Severity.WARNING))
    return Outcome(Module(source, None, (policy,), ()), tuple(found))


def _left_out(path: tuple[str, ...], name: str) -> Diagnostic:
    *place, key = path
    where = "in " + quoted("/".join(place)) if place else "on the document itself"
    return content_not_imported.RULE.at(
        None,
        f"the language cannot say {quoted(key)} {where}; it is left out",
        path="/".join(step.lower().replace("~", "~0").replace("/", "~1") for step in path),
        policies=(name,),
    )
