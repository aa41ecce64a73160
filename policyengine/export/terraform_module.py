"""Terraform and OpenTofu: a configuration in HCL as `terraform fmt` leaves it, and a JSON file for each document.

The resources are those of the provider `hashicorp/aws`. It compares documents as JSON, so that a minified file is no
change; `jsonencode` would write `<`, `>` and `&` as escapes that count against AWS's size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import is_normalized

from policyengine.aws.policy_text import minify
from policyengine.base.errors import UsageError
from policyengine.base.text import quoted
from policyengine.export.exported_policies import (
    Export,
    ExportedPolicy,
    ExportTarget,
    ResourceNames,
    require_adoptable,
    require_sizes,
)
from policyengine.report.shown_text import LOG_COMMAND

_POLICY, _ATTACHMENT = "aws_organizations_policy", "aws_organizations_policy_attachment"
_INDENT = "  "
_MAIN = "main.tf"
IMPORTS = "imports.tf"
"""The file with which Terraform adopts what AWS has. One of an earlier export would be obeyed with a later one."""
_SAFE = re.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_READ_BY_TERRAFORM = re.compile(r".*\.(tf|tofu)[a-z]*", re.IGNORECASE)
"""With `.json` behind it: `x.tf.json` is configuration, `x.auto.tfvars.json` has values of variables."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows, whatever follows the dot
_LAST_LATIN = 0x24F  # what comes after it may be invisible, or change the direction of reading
_LAST_OF_FOUR_DIGITS = 0xFFFF
_TEMPLATE = re.compile(r"\$+\{|%+\{")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def terraform(export: Export, *, importing: bool) -> dict[str, str]:
    """File names and texts: `main.tf`, and `NAME.json` for each policy; with `importing` also `imports.tf`.

    Attachments of a target depend on each other in its order. A target whose id nobody has is a variable. Raises
    `UsageError` for texts that Terraform would change, and with `importing` for orders that it would not mend.
    """
    require_sizes(export)
    for policy in export.policies:
        _refuse_decomposed(policy)
    if importing:
        require_adoptable(export)
    names = _Names(export)
    files = {_MAIN: "\n".join(_main(export, names))}
    files |= {names.files[policy.name]: minify(policy.content) for policy in export.policies}
    if importing:
        files[IMPORTS] = "\n".join(_imports(export, names))
    return files


def _refuse_decomposed(policy: ExportedPolicy) -> None:
    """Raises `UsageError` for a text that Terraform would compose: it holds all texts in Unicode's form NFC."""
    if not all(is_normalized("NFC", text) for text in policy.texts()):
        raise UsageError(
            f"policy {quoted(policy.name)}: Terraform would write letters with accents in another way, as one character"
            " each (NFC); write them so, or export to cloudformation"
        )


class _Names:
    """The names of resources and variables, each once among those of its kind."""

    def __init__(self, export: Export) -> None:
        policies, attachments, variables = (ResourceNames("_") for _ in range(3))
        self.policies = {policy.name: policies.name(policy.name) for policy in export.policies}
        self.files = _file_names(self.policies)
        self.variables = {
            target: variables.name(f"{target.name or 'root'} id") for target in export.targets if target.id is None
        }
        self.attachments = {
            (target, policy): attachments.name(f"{policy} to {target.name or 'root'}")
            for target in export.targets
            for policy in target.policies
        }

    def target(self, target: ExportTarget) -> str:
        """The expression for a target's id."""
        return f"var.{self.variables[target]}" if target.id is None else _text(target.id)


def _file_names(labels: Mapping[str, str]) -> dict[str, str]:
    """A file for each policy, called like it, or like its label where the name could lead elsewhere.

    No two differ in case alone. The names of a snapshot's policies are whatever the snapshot says.
    """
    files: dict[str, str] = {}
    taken: set[str] = set()
    for policy, label in labels.items():
        stem = policy if _is_safe(policy) else f"{label}_policy" if _RESERVED.fullmatch(label) else label
        name, number = f"{stem}.json", 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}.json"
        taken.add(name.casefold())
        files[policy] = name
    return files


def _is_safe(name: str) -> bool:
    """Whether a file may be called like a policy."""
    return bool(_SAFE.fullmatch(name)) and not _READ_BY_TERRAFORM.fullmatch(name) and not _RESERVED.fullmatch(name)


def _main(export: Export, names: _Names) -> Iterator[str]:
    for target, variable in names.variables.items():
        what = "the root" if target.kind == "root" else f"{'unit' if target.kind == 'ou' else 'account'} {target.name}"
        yield _block("variable", (variable,), {"type": "string", "description": _text(f"AWS's id of {what}")})
    for policy in export.policies:
        yield _policy(policy, names)
    for target in export.targets:
        yield from _attachments(target, names)


def _policy(policy: ExportedPolicy, names: _Names) -> str:
    settings = {"name": _text(policy.name), "type": _text("BACKUP_POLICY")}
    if policy.description:
        settings["description"] = _text(policy.description)
    settings["content"] = f"file({_text(names.files[policy.name])})"
    return _block(
        "resource", (_POLICY, names.policies[policy.name]), settings, {"tags": policy.tags} if policy.tags else {}
    )


def _attachments(target: ExportTarget, names: _Names) -> Iterator[str]:
    before = ""
    for policy in target.policies:
        name = names.attachments[target, policy]
        settings = {"policy_id": f"{_POLICY}.{names.policies[policy]}.id", "target_id": names.target(target)}
        yield _block("resource", (_ATTACHMENT, name), settings, depends_on=before)
        before = f"{_ATTACHMENT}.{name}"


def _imports(export: Export, names: _Names) -> Iterator[str]:
    """A block for each policy and attachment that AWS has; those that only the project has are created."""
    ids = {policy.name: policy.id for policy in export.policies if policy.id}
    there = {target.key: target.policies for target in export.stored.targets} if export.stored else {}
    for policy, id_ in ids.items():
        yield _block("import", (), {"to": f"{_POLICY}.{names.policies[policy]}", "id": _text(id_)})
    for target in export.targets:
        for policy in target.policies:
            if policy in there.get(target.key, ()) and policy in ids and target.id:
                to = f"{_ATTACHMENT}.{names.attachments[target, policy]}"
                yield _block("import", (), {"to": to, "id": _text(f"{target.id}:{ids[policy]}")})


def _block(
    kind: str,
    labels: Iterable[str],
    settings: Mapping[str, str],
    maps: Mapping[str, Mapping[str, str]] | None = None,
    depends_on: str = "",
) -> str:
    """A block as `terraform fmt` lays it out: signs of equality in line, an empty line before what spans lines."""
    head = " ".join([kind, *map(_text, labels)])
    lines = [f"{head} {{", *_aligned(settings, _INDENT)]
    for key, entries in (maps or {}).items():
        quoted_entries = {_text(name): _text(value) for name, value in entries.items()}
        lines += ["", f"{_INDENT}{key} = {{", *_aligned(quoted_entries, _INDENT * 2), f"{_INDENT}}}"]
    if depends_on:
        lines += ["", f"{_INDENT}depends_on = [{depends_on}]"]
    return "\n".join([*lines, "}\n"])


def _aligned(settings: Mapping[str, str], indent: str) -> Iterator[str]:
    width = max(map(len, settings), default=0)
    return (f"{indent}{key:<{width}} = {value}" for key, value in settings.items())


def _text(text: str) -> str:
    """A text as an HCL literal, in which `${` and `%{` begin nothing, nothing is invisible, and no CI system obeys."""
    escaped = _TEMPLATE.sub(_literally, "".join(map(_letter, text)))
    return '"' + LOG_COMMAND.sub(r"#\\u0023", escaped) + '"'


def _literally(begun: re.Match[str]) -> str:
    """The start of a template, as text: its sign twice. Signs before it are escapes, or parsers would count wrong."""
    sign, before = begun[0][-2], len(begun[0]) - 2
    return f"\\u{ord(sign):04x}" * before + sign * 2 + "{"


def _letter(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    code = ord(letter)
    if letter.isprintable() and code <= _LAST_LATIN:
        return letter
    return f"\\u{code:04x}" if code <= _LAST_OF_FOUR_DIGITS else f"\\U{code:08x}"
