"""What the tests of the compiler share: from a short text to a document or to its findings."""

from __future__ import annotations

import json
from textwrap import indent
from typing import Any

from policyengine.aws.documents import Compiled
from policyengine.base.diagnostics import Diagnostic, Outcome
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies
from policyengine.language.syntax import parse

Tree = dict[str, Any]

CONTROL = "@@operators_allowed_for_child_policies"


def compiled(*texts: str, partition: str = "aws") -> Outcome[Compiled]:
    """The outcome for a project of files `1.bpol`, `2.bpol`, ...; syntax must be right."""
    modules = []
    for number, text in enumerate(texts, start=1):
        outcome = parse(Source(f"{number}.bpol", text))
        assert outcome.diagnostics == (), outcome.diagnostics
        modules.append(outcome.value)
    return compile_policies(modules, partition=partition)


def plans(*texts: str, partition: str = "aws") -> Tree:
    """The plans of the first policy of a project without any finding."""
    outcome = compiled(*texts, partition=partition)
    assert outcome.diagnostics == (), outcome.diagnostics
    content = outcome.value.policies[0].content
    assert isinstance(content, dict)
    found: Tree = content["plans"]  # type: ignore[assignment]  # tests know what they wrote
    return found


def inside(text: str, *heads: str) -> str:
    """The text in nested blocks, the outermost last: `inside("retain = 1 day", "rule r", "plan p", "policy x")`."""
    for head in heads:
        text = f"{head} {{\n{indent(text, '  ')}\n}}\n"
    return text


def plan(text: str) -> Tree:
    """What a text in the plan `p` compiles to."""
    found: Tree = plans(inside(text, "plan p", "policy x"))["p"]
    return found


def rule(text: str, partition: str = "aws") -> Tree:
    """What a text in the rule `r` compiles to."""
    found: Tree = plans(inside(text, "rule r", "plan p", "policy x"), partition=partition)["p"]["rules"]["r"]
    return found


def findings(*texts: str) -> tuple[Diagnostic, ...]:
    """The findings of a project."""
    return compiled(*texts).diagnostics


def told(diagnostic: Diagnostic) -> tuple[str, str, str, str]:
    """What a reader sees of a finding: its name, the underlined text, the message, the advice."""
    assert diagnostic.span
    return diagnostic.name, diagnostic.span.text, diagnostic.message, diagnostic.help


def canonical(raw: object, key: str = "") -> object:
    """What AWS holds equal made the same: keys folded, scalars as strings, no empty containers (language.md 3.4)."""
    if isinstance(raw, dict):
        below = {name.lower(): canonical(value, name.lower()) for name, value in raw.items()}
        return {name: value for name, value in below.items() if value != {}}
    if isinstance(raw, list):
        return list(dict.fromkeys(entry.lower() for entry in raw)) if key == CONTROL else [canonical(x) for x in raw]
    return raw if isinstance(raw, str) else json.dumps(raw)
