"""All files of a project together: its policies as AWS's documents, and its attachments.

`attach` statements are one for each target, each policy once (language.md section 4). Policies that a fault of their
texts touches are left out of `sound_policies`: AWS's verdict on them would be guesswork.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from policyengine.aws.attachment_rules import TARGET_ATTACHED_TWICE
from policyengine.aws.documents import ASSIGN, Attachment, Compiled, PolicyDocument, TargetName, WrittenAt
from policyengine.base.diagnostics import Diagnostic, Label, Outcome, Severity
from policyengine.base.source import Source, Span
from policyengine.base.text import quoted
from policyengine.language.compiler.blocks import close, contradictions, lower
from policyengine.language.compiler.lets import collect_lets
from policyengine.language.compiler.policy_tree import Assigned, TreeNode, emit
from policyengine.language.compiler.settings import POLICY
from policyengine.language.compiler.templates import Templates, check_likes, collect_templates, expand
from policyengine.language.compiler.values import Scope, target_text
from policyengine.language.language_rules import INVALID_POLICY_NAME, NAME_REPEATED, POLICY_LISTED_TWICE
from policyengine.language.syntax.literals import Name
from policyengine.language.syntax.nodes import Attach, Let, Module, Policy, Require, Statement, Template


def collect_attachments(written: Sequence[Attach]) -> tuple[tuple[Attachment, ...], list[Diagnostic]]:
    """The attachments in written order, and what is wrong with them; of two for one target the first is kept.

    Whether targets and policies exist is not judged here: only the snapshot can tell.
    """
    by_target: dict[tuple[str, str], Attachment] = {}
    found: list[Diagnostic] = []
    for attach in written:
        names, twice = _names_once(attach.policies)
        found.extend(twice)
        target = TargetName(attach.target.kind, attach.target.text, attach.target.span)
        attachment = Attachment(target, tuple((name.text, name.span) for name in names), attach.span)
        first = by_target.setdefault((target.kind, target.text), attachment)
        if first is not attachment:
            found.append(_second(attach, first))
    return tuple(by_target.values()), found


def _names_once(names: Sequence[Name]) -> tuple[list[Name], list[Diagnostic]]:
    first: dict[str, Name] = {}
    found: list[Diagnostic] = []
    for name in names:
        if name.text in first:
            message = f"{quoted(name.text)} is attached twice to the same target"
            label = Label(first[name.text].span, "first listed here")
            found.append(POLICY_LISTED_TWICE.at(name.span, message, help="list it once", labels=(label,)))
        first.setdefault(name.text, name)
    return list(first.values()), found


def _second(attach: Attach, first: Attachment) -> Diagnostic:
    return TARGET_ATTACHED_TWICE.at(
        attach.target.span,
        f"{target_text(attach.target)} has an `attach` already",
        help="name all its policies in one `attach`: their order there is AWS's order of attachment",
        labels=(Label(first.target.span, "first attached to here"),),
    )


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
    diagnostics = _findings_once([*found, *faults])
    return Outcome(Compiled(policies, attachments, complete), diagnostics)


def misnamed_policy(name: Name) -> Diagnostic | None:
    """A finding for a name that is none for a policy (language.md section 2)."""
    if _POLICY_NAME.fullmatch(name.text):
        return None
    return INVALID_POLICY_NAME.at(
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
    text = TreeNode(POLICY, POLICY.key, WrittenAt(policy.head), declared=True)
    lower(text, policy.body, scope)
    check_likes(text, templates, scope)
    tree = expand(text, templates)
    _name_targets(tree)
    scope.found.extend(contradictions(tree))
    close(tree)
    return emit(policy, tree)


def _name_targets(node: TreeNode) -> None:
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
            yield NAME_REPEATED.at(
                name.span,
                f"there are two {kind} called {quoted(name.text)}",
                help=("" if earlier.text == name.text else differs) + "give one of them another name",
                labels=(Label(earlier.span, "first defined here"),),
            )


def _findings_once(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
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


def sound_policies(modules: Sequence[Module], compiled: Outcome[Compiled]) -> list[PolicyDocument]:
    """The policies without a fault of the language; none where a fault lies in what they may share.

    `compiled` has the faults of the texts as well as those that compiling found.
    """
    faults: dict[Source, list[Span]] = {}
    for found in compiled.diagnostics:
        if found.severity is Severity.ERROR and found.span:
            faults.setdefault(found.span.source, []).append(found.span)
    faulty: set[str] = set()
    for statement in (statement for module in modules for statement in module.statements):
        hit = any(_within(fault, statement.span) for fault in faults.get(statement.span.source, ()))
        if hit and isinstance(statement, (Let, Template)):
            return []
        if hit and isinstance(statement, Policy):
            faulty.add(statement.name.text)
    return [policy for policy in compiled.value.policies if policy.name not in faulty]


def _within(fault: Span, statement: Span) -> bool:
    return statement.start <= fault.start < statement.end
