"""The policies of a project and its snapshot, and the snapshot's own lists of what is attached where."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from policyengine.facts import limits
from policyengine.model.documents import Compiled, PolicyDocument
from policyengine.model.text import TextFault, minify, read_document, unread_document
from policyengine.model.wording import path_text
from policyengine.organization.branches import Branch, Problem
from policyengine.wording import Nearest, quoted

if TYPE_CHECKING:
    from policyengine.model.shapes import StoredPolicy
    from policyengine.model.snapshot import Snapshot
    from policyengine.model.tokens import Loc


def stock(snapshot: Snapshot, compiled: Compiled | None, *, only_project: bool) -> dict[str, PolicyDocument]:
    """All documents by name.

    A policy of the project replaces the snapshot's of the same name, which is then not even read.
    """
    own = {document.name: document for document in compiled.policies} if compiled else {}
    stored = {} if only_project else snapshot.policies or {}
    return {**{name: own.get(name) or _read(name, policy) for name, policy in stored.items()}, **own}


def list_problems(branches: list[Branch], known: Collection[str], *, complete: bool) -> Iterator[Problem]:
    """What is wrong with the snapshot's lists of attached policies.

    Without `complete` the project lost some of its policies to errors, and names may be theirs.
    """
    nearest = Nearest(known)
    for branch in branches:
        if branch.item.policies:
            yield from _problems(branch.item.policies, branch.loc, known, nearest if complete else None)
        for leaf in branch.accounts:
            if leaf.item.policies:
                yield from _problems(leaf.item.policies, leaf.loc, known, nearest if complete else None)


def _problems(names: tuple[str, ...], loc: Loc, known: Collection[str], nearest: Nearest | None) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        here = (*loc, "policies", index)
        if first.setdefault(name, index) != index:
            yield here, f"{quoted(name)} is attached twice, first at {path_text((*loc, 'policies', first[name]))}"
        elif nearest and name not in known:
            advice = nearest.suggestion(name)
            yield here, f"there is no policy {quoted(name)}{'; ' if advice else ''}{advice}"
    most = limits()["policies_attached"]
    if len(first) > most:
        message = f"{len(first)} policies are attached here, AWS allows {most} on one root, unit or account"
        yield (*loc, "policies"), message


def _read(name: str, stored: StoredPolicy) -> PolicyDocument:
    if isinstance(stored.content, str):
        read = read_document(name, stored.content)
        return unread_document(name, stored.content, read) if isinstance(read, TextFault) else read
    size = len(minify(stored.content))
    return PolicyDocument(name, stored.content, size, size)
