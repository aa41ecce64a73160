"""Compiles all files of a project: its policies to AWS's documents, and its attachments.

A target has one `attach` statement, which lists each policy once (language.md section 4). Policies with a fault in
their text are no `sound_policies`: what AWS would say of them is guesswork.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from policyengine.aws.attachment_rules import TARGET_ATTACHED_TWICE
from policyengine.aws.documents import ASSIGN, Attachment, Compiled, PolicyDocument, TargetName, WrittenAt
from policyengine.base.diagnostics import Diagnostic, Label, Outcome, Severity
from policyengine.base.fixes import item_left_out, left_out, repeated
from policyengine.base.source import Source, Span
from policyengine.base.text import quoted
from policyengine.language.compiler.blocks import lower
from policyengine.language.compiler.child_controls import close, contradictions
from policyengine.language.compiler.lets import collect_lets, dated_waivers
from policyengine.language.compiler.policy_tree import Assigned, TreeNode, emit
from policyengine.language.compiler.scope import Scope
from policyengine.language.compiler.templates import Templates, check_likes, collect_templates, expand, values_missing
from policyengine.language.compiler.unused import unused_definitions
from policyengine.language.compiler.vocabulary import POLICY
from policyengine.language.language_rules import INVALID_POLICY_NAME, NAME_REPEATED, POLICY_LISTED_TWICE
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import (
    Attach,
    Let,
    Module,
    Policy,
    Require,
    Statement,
    Template,
    Waive,
)

_POLICY_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.\- ]{1,128}")

S = TypeVar("S", bound=Statement)


Documents: TypeAlias = Mapping[Span, PolicyDocument]
"""Documents of policies without a fault, by the places of their statements."""


def compile_policies(
    modules: Sequence[Module], *, partition: str = "aws", previous: Documents | None = None
) -> Outcome[Compiled]:
    """AWS's documents for the policies of a project's files, and its attachments.

    Files are taken by name, policies in written order; `partition` is the project's. Every fault is reported in one
    run. Each `policy` statement gives a document, which lacks what a fault is about; `Compiled.complete` is false only
    where a file lost statements to syntax errors. `previous` are documents that were compiled with the same lets and
    templates.
    """
    statements = [statement for module in sorted(modules, key=_file) for statement in module.statements]
    complete = all(module.complete for module in modules)
    lets, diagnostics = collect_lets(_all(statements, Let), complete=complete)
    scope = Scope(partition, lets, complete, diagnostics)  # further diagnostics are added to the same list
    templates = collect_templates(_all(statements, Template), scope)
    policies = _compile_all(_all(statements, Policy), templates, scope, previous or {})
    diagnostics.extend(_repeated(_all(statements, Require), "requirements"))
    diagnostics.extend(dated_waivers(_all(statements, Waive), lets, complete=complete).diagnostics)
    attachments, of_attachments = _collect_attachments(_all(statements, Attach))
    diagnostics.extend(of_attachments)
    if complete and not _any_error(diagnostics):  # a misspelt use is one mistake
        diagnostics.extend(unused_definitions(statements))
    return Outcome(Compiled(policies, attachments, complete), _distinct(diagnostics))


def _compile_all(
    policies: Sequence[Policy], templates: Templates, scope: Scope, previous: Documents
) -> tuple[PolicyDocument, ...]:
    by_name: dict[str, PolicyDocument] = {}
    scope.diagnostics.extend(_repeated(policies, "policies"))
    for policy in policies:
        if misnamed := misnamed_policy(policy.name):
            scope.diagnostics.append(misnamed)
        by_name.setdefault(policy.name.text.lower(), previous.get(policy.span) or _compile(policy, templates, scope))
    return tuple(by_name.values())


def misnamed_policy(name: Name) -> Diagnostic | None:
    """A diagnostic for a name that AWS does not take for a policy (language.md section 2); else None."""
    if _POLICY_NAME.fullmatch(name.text):
        return None
    return INVALID_POLICY_NAME.at(
        name.span,
        f"{quoted(name.text)} is not a name for a policy",
        help="use 1 to 128 letters, digits, `_`, `-`, `.` and spaces, and no `.` at the start",
    )


def _compile(policy: Policy, templates: Templates, scope: Scope) -> PolicyDocument:
    """The document of a policy: its text is lowered, its templates are expanded, then the whole tree is checked."""
    own = TreeNode(POLICY, POLICY.key, WrittenAt(policy.head), declared=True)
    own.like = scope.call(policy.like) if policy.like else None
    lower(own, policy.body, scope)
    check_likes(own, templates, scope)
    tree = expand(own, templates)
    if not _any_error(scope.diagnostics):  # else the value may be what is wrong
        scope.diagnostics.extend(values_missing(tree))
    _name_targets(tree)
    scope.diagnostics.extend(contradictions(tree))
    close(tree)
    return emit(policy, tree)


def _name_targets(node: TreeNode) -> None:
    """Gives every copy without `target` the vault of its key, since AWS needs it in both places (facts 4.4.1)."""
    if node.shape.block == "copy" and node.declared:
        target = node.grow(node.shape.settings["target"].path, node.origin)
        target.values.setdefault(ASSIGN, Assigned(node.key, node.origin))
    for child in list(node.children.values()):
        _name_targets(child)


def _repeated(statements: Iterable[Policy | Require], kind: str) -> Iterator[Diagnostic]:
    first: dict[str, Policy | Require] = {}
    for statement in statements:
        name, before = statement.name, first.setdefault(statement.name.text.lower(), statement)
        earlier = before.name
        if before is not statement:
            differs = f"{quoted(earlier.text)} and {quoted(name.text)} differ only in case; "
            yield NAME_REPEATED.at(
                name.span,
                f"there are two {kind} called {quoted(name.text)}",
                help=("" if earlier.text == name.text else differs) + "give one of them another name",
                labels=(Label(earlier.span, "first defined here"),),
                fix=repeated(statement.span, before.span),
            )


def _collect_attachments(statements: Sequence[Attach]) -> tuple[tuple[Attachment, ...], list[Diagnostic]]:
    """The attachments in written order, the first one for each target, and what is wrong with the others.

    Whether targets and policies exist depends on the snapshot and is checked where that is known.
    """
    by_target: dict[tuple[str, str], Attachment] = {}
    diagnostics: list[Diagnostic] = []
    for attach in statements:
        names, repeated = _names_once(attach.policies)
        diagnostics.extend(repeated)
        policies = tuple((name.text, name.span) for name in names)
        for node in attach.targets:
            target = TargetName(node.kind, node.text, node.span)
            attachment = Attachment(target, policies, attach.span)
            first = by_target.setdefault((target.kind, target.text), attachment)
            if first is not attachment:
                diagnostics.append(_attached_twice(attach, attachment, first))
    return tuple(by_target.values()), diagnostics


def _names_once(names: Sequence[Name]) -> tuple[list[Name], list[Diagnostic]]:
    first: dict[str, Name] = {}
    diagnostics: list[Diagnostic] = []
    for name in names:
        if name.text in first:
            message = f"{quoted(name.text)} is attached twice to the same target"
            label = Label(first[name.text].span, "first listed here")
            fix = item_left_out(name.span)
            diagnostics.append(
                POLICY_LISTED_TWICE.at(name.span, message, help="list it once", labels=(label,), fix=fix)
            )
        first.setdefault(name.text, name)
    return list(first.values()), diagnostics


_TOGETHER = "name all its policies in one `attach`: their order there is AWS's order of attachment"


def _attached_twice(attach: Attach, attachment: Attachment, first: Attachment) -> Diagnostic:
    """The finding for a target of `attach` that has a `first` attachment already.

    Where nothing but a repetition would go, the statement is left out.
    """
    same = [name for name, _ in first.policies] == [name for name, _ in attachment.policies]
    alone = same and len(attach.targets) == 1 and "#" not in attach.span.text
    return TARGET_ATTACHED_TWICE.at(
        attachment.target.span,
        f"{_in_words(attachment.target)} has an `attach` already",
        help="name it once" if first.span == attach.span else _TOGETHER,
        labels=(Label(first.target.span, "first attached to here"),),
        fix=left_out(attach.span) if alone else None,
    )


def _in_words(target: TargetName) -> str:
    """A target as an author writes it: `root`, `ou "Workloads"`."""
    return quoted(target.kind if target.kind == "root" else f'{target.kind} "{target.text}"')


def _distinct(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each diagnostic once: a fault in a template or a let shows at every use."""
    first: dict[tuple[str, str, str, int, int], Diagnostic] = {}
    for diagnostic in diagnostics:
        span = diagnostic.span
        place = (span.source.name, span.start, span.end) if span else ("", 0, 0)
        first.setdefault((diagnostic.code, diagnostic.message, *place), diagnostic)
    return tuple(first.values())


def _any_error(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def _all(statements: Iterable[Statement], kind: type[S]) -> list[S]:
    return [statement for statement in statements if isinstance(statement, kind)]


def _file(module: Module) -> str:
    return module.source.name


def sound_policies(modules: Sequence[Module], compiled: Outcome[Compiled]) -> list[PolicyDocument]:
    """The policies without an error in their text; none where an error lies in a let or a template, which they share.

    The diagnostics of `compiled` are those of the parser and of the compiler.
    """
    errors: dict[Source, list[int]] = {}
    for diagnostic in compiled.diagnostics:
        if diagnostic.severity is Severity.ERROR and diagnostic.span:
            errors.setdefault(diagnostic.span.source, []).append(diagnostic.span.start)
    for starts in errors.values():
        starts.sort()
    faulty: set[str] = set()
    for statement in (statement for module in modules for statement in module.statements):
        has_error = _any_within(errors.get(statement.span.source, ()), statement.span)
        if has_error and isinstance(statement, (Let, Template)):
            return []
        if has_error and isinstance(statement, Policy):
            faulty.add(statement.name.text)
    return [policy for policy in compiled.value.policies if policy.name not in faulty]


def _any_within(starts: Sequence[int], statement: Span) -> bool:
    """Whether one of some offsets, which are in order, lies in a statement."""
    first = bisect_left(starts, statement.start)
    return first < len(starts) and starts[first] < statement.end
