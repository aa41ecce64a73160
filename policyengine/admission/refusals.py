"""What the parts of this room say to each other: a complaint about a value, a refusal of a node.

A path here is the tuple of folded keys from the document down. Nothing here looks at a document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from policyengine.diagnostics import Diagnostic, Label, Rule
from policyengine.model.documents import PolicyDocument
from policyengine.value import value
from policyengine.wording import quoted

Path: TypeAlias = tuple[str, ...]

_KEY = re.compile("`([a-z0-9_]+)`")


def folded_path(path: Path) -> Path:
    """A path as AWS compares it: without regard to case."""
    return tuple(key.lower() for key in path)


class Complaint(NamedTuple):
    """Why a value is not admitted: the rule it breaks, what was found and expected, and what to write."""

    rule: Rule
    message: str
    help: str = ""


@value
class Refusal:
    """A node that AWS would not take.

    `path` is what the finding names; `entry` the path, down to an operator perhaps, of what has to go for the rest to
    be admitted; None where nothing that could go would help. `operator` finds the line that wrote it.
    """

    path: Path
    complaint: Complaint
    entry: Path | None
    operator: str = ""


def diagnostic(document: PolicyDocument, refusal: Refusal) -> Diagnostic:
    """The finding for a refused node of a document, at the place of the language that wrote it, if one did.

    It calls settings what the author called them there.
    """
    origin = document.origin(refusal.path, refusal.operator)
    used_at = origin.used_at if origin else None
    words = document.words_at(refusal.path)
    return refusal.complaint.rule.at(
        origin.span if origin else None,
        _in_words(refusal.complaint.message, words),
        help=_in_words(refusal.complaint.help, words),
        labels=(Label(used_at, "used here"),) if used_at else (),
        path="/".join(key.replace("~", "~0").replace("/", "~1") for key in refusal.path),
        policies=(document.name,),
    )


def _in_words(text: str, words: Mapping[str, str]) -> str:
    return _KEY.sub(lambda key: quoted(words.get(key[1], key[1])), text)
