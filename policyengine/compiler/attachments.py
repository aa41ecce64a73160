"""`attach` statements of all files: one for each target, each policy once (language.md section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from policyengine.catalogue.language import policy_listed_twice, target_attached_twice
from policyengine.compiler.wording import target_text
from policyengine.diagnostics import Diagnostic, Label
from policyengine.model.documents import Attachment, TargetName
from policyengine.syntax.nodes import Attach
from policyengine.syntax.values import Name
from policyengine.wording import quoted


def collect_attachments(written: Sequence[Attach]) -> tuple[tuple[Attachment, ...], list[Diagnostic]]:
    """The attachments in written order, and what is wrong with them; of two for one target the first is kept.

    Whether targets and policies exist is not judged here: only the snapshot can tell.
    """
    by_target: dict[tuple[str, str], Attachment] = {}
    found: list[Diagnostic] = []
    for attach in written:
        names, twice = _distinct(attach.policies)
        found.extend(twice)
        target = TargetName(attach.target.kind, attach.target.text, attach.target.span)
        attachment = Attachment(target, tuple((name.text, name.span) for name in names), attach.span)
        first = by_target.setdefault((target.kind, target.text), attachment)
        if first is not attachment:
            found.append(_second(attach, first))
    return tuple(by_target.values()), found


def _distinct(names: Sequence[Name]) -> tuple[list[Name], list[Diagnostic]]:
    first: dict[str, Name] = {}
    found: list[Diagnostic] = []
    for name in names:
        if name.text in first:
            message = f"{quoted(name.text)} is attached twice to the same target"
            label = Label(first[name.text].span, "first listed here")
            found.append(policy_listed_twice.RULE.at(name.span, message, help="list it once", labels=(label,)))
        first.setdefault(name.text, name)
    return list(first.values()), found


def _second(attach: Attach, first: Attachment) -> Diagnostic:
    return target_attached_twice.RULE.at(
        attach.target.span,
        f"{target_text(attach.target)} has an `attach` already",
        help="name all its policies in one `attach`: their order there is AWS's order of attachment",
        labels=(Label(first.target.span, "first attached to here"),),
    )
