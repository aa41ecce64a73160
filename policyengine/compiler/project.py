"""All files of a project together: its policies as AWS's documents, and its attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from policyengine.catalogue.language import invalid_policy_name, name_repeated
from policyengine.compiler.attachments import collect_attachments
from policyengine.compiler.emit import emit
from policyengine.compiler.lets import collect_lets
from policyengine.compiler.locks import close, contradictions
from policyengine.compiler.lower import lower
from policyengine.compiler.node import Assigned, Node
from policyengine.compiler.shape import POLICY
from policyengine.compiler.templates import Templates, check_likes, collect_templates, expand
from policyengine.compiler.values import Scope
from policyengine.diagnostics import Diagnostic, Label, Outcome
from policyengine.model.documents import ASSIGN, Compiled, Origin, PolicyDocument
from policyengine.syntax.nodes import Attach, Let, Module, Policy, Require, Statement, Template
from policyengine.syntax.values import Name
from policyengine.wording import quoted

_POLICY_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.\- ]{1,128}")

S = TypeVar("S", bound=Statement)


Documents: TypeAlias = Mapping[int, PolicyDocument]
"""Documents of policies without a fault, by the identity of their statements."""


def compile_policies(
    modules: Sequence[Module], *, partition: str = "aws", known: Documents | None = None
) -> Outcome[Compiled]:
    """AWS's documents for the policies of a project's files, and its attachments.

    Policies come in written order, files by name; `partition` is the project's. All faults are found in one run. What
    a fault is about is missing from its document, but every `policy` statement gives one: `complete` is false only
    where a file lost statements. `known` are documents that were compiled among the same lets and templates.
    """
    statements = [statement for module in sorted(modules, key=_file) for statement in module.statements]
    complete = all(module.complete for module in modules)
    lets, found = collect_lets(_all(statements, Let), complete=complete)
    scope = Scope(partition, lets, complete, found)
    templates = collect_templates(_all(statements, Template), scope)
    policies = _compile_all(_all(statements, Policy), templates, scope, known or {})
    found.extend(_repeated([require.name for require in _all(statements, Require)], "requirements"))
    attachments, faults = collect_attachments(_all(statements, Attach))
    diagnostics = _distinct([*found, *faults])
    return Outcome(Compiled(policies, attachments, complete), diagnostics)


def misnamed_policy(name: Name) -> Diagnostic | None:
    """A finding for a name that is none for a policy (language.md section 2)."""
    if _POLICY_NAME.fullmatch(name.text):
        return None
    return invalid_policy_name.RULE.at(
        name.span,
        f"{quoted(name.text)} is not a name for a policy",
        help="use 1 to 128 letters, digits, `_`, `-`, `.` and spaces, and no `.` at the start",
    )


def _compile_all(
    written: Sequence[Policy], templates: Templates, scope: Scope, known: Documents
) -> tuple[PolicyDocument, ...]:
    by_name: dict[str, PolicyDocument] = {}
    scope.found.extend(_repeated([policy.name for policy in written], "policies"))
    for policy in written:
        if wrong := misnamed_policy(policy.name):
            scope.found.append(wrong)
        by_name.setdefault(policy.name.text.lower(), known.get(id(policy)) or _compile(policy, templates, scope))
    return tuple(by_name.values())


def _compile(policy: Policy, templates: Templates, scope: Scope) -> PolicyDocument:
    """One policy: its text into a tree, its templates into that tree, then what holds for the tree as a whole."""
    text = Node(POLICY, POLICY.key, Origin(policy.head), declared=True)
    lower(text, policy.body, scope)
    check_likes(text, templates, scope)
    tree = expand(text, templates)
    _name_targets(tree)
    scope.found.extend(contradictions(tree))
    close(tree)
    return emit(policy, tree)


def _name_targets(node: Node) -> None:
    """Give every copy without `target` the vault that it is named after."""
    if node.shape.block == "copy" and node.declared:
        target = node.grow(node.shape.settings["target"].path, node.origin)
        target.values.setdefault(ASSIGN, Assigned(node.key, node.origin))
    for child in list(node.children.values()):
        _name_targets(child)


def _repeated(names: Iterable[Name], kind: str) -> Iterator[Diagnostic]:
    first: dict[str, Name] = {}
    for name in names:
        earlier = first.setdefault(name.text.lower(), name)
        if earlier is not name:
            differs = f"{quoted(earlier.text)} and {quoted(name.text)} differ only in case; "
            yield name_repeated.RULE.at(
                name.span,
                f"there are two {kind} called {quoted(name.text)}",
                help=("" if earlier.text == name.text else differs) + "give one of them another name",
                labels=(Label(earlier.span, "first defined here"),),
            )


def _distinct(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each finding once: a template used twice, or a let, would tell its fault at every use."""
    kept: dict[tuple[str, str, str, int, int], Diagnostic] = {}
    for diagnostic in found:
        span = diagnostic.span
        place = (span.source.name, span.start, span.end) if span else ("", 0, 0)
        kept.setdefault((diagnostic.code, diagnostic.message, *place), diagnostic)
    return tuple(kept.values())


def _all(statements: Iterable[Statement], kind: type[S]) -> list[S]:
    return [statement for statement in statements if isinstance(statement, kind)]


def _file(module: Module) -> str:
    return module.source.name
