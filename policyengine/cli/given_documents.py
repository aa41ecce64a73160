"""What `import` is given: documents, folders of them, answers of `describe-policy`, and snapshots.

AWS's documents are JSON; a snapshot is YAML, or JSON with a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from policyengine.aws import snapshot as snapshots
from policyengine.aws.documents import PolicyDocument
from policyengine.aws.policy_text import TextFault, minify, read_document
from policyengine.base.errors import UsageError
from policyengine.base.source import Source
from policyengine.base.text import quoted
from policyengine.project import DOCUMENT, SNAPSHOT, read_source

_YAML = frozenset({".yaml", ".yml"})
_TREE = frozenset({"root", "version"})


def given_documents(paths: Sequence[Path]) -> list[PolicyDocument]:
    """The policies in files and folders, each name once. Raises `UsageError` for what holds none."""
    documents: list[PolicyDocument] = []
    first: dict[str, Path] = {}
    for file in _files(paths):
        for document in _in_file(file):
            earlier = first.setdefault(document.name.casefold(), file)
            if earlier is not file:
                clash = f"{earlier} and {file} would both become policy {quoted(document.name)}"
                raise UsageError(f"{clash}: rename one of them")
            documents.append(document)
    return documents


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        files = sorted(file for file in path.iterdir() if file.suffix == ".json" and file.is_file())
        if not files:
            raise UsageError(f"{path}: no policy documents, the folder has no .json files")
        yield from files


def _in_file(file: Path) -> Iterator[PolicyDocument]:
    if file.suffix in _YAML:
        yield from _of_snapshot(read_source(file, SNAPSHOT))
        return
    source = read_source(file, DOCUMENT)
    document = _document(file.stem, source.text, source.name)
    content = document.content
    if isinstance(content, dict) and content.keys() >= _TREE:
        yield from _of_snapshot(source)
    else:
        yield _described(document, source.name)


def _document(name: str, text: str, place: str) -> PolicyDocument:
    document = read_document(name, text)
    if isinstance(document, TextFault):
        advice = f"; {document.help}" if document.help else ""
        raise UsageError(f"{place}:{document.line}:{document.column}: {document.message}{advice}")
    return document


def _described(document: PolicyDocument, place: str) -> PolicyDocument:
    """The policy in an answer of `describe-policy`; any other document as it is."""
    answer = document.content.get("Policy") if isinstance(document.content, dict) else None
    text = answer.get("Content") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(text, str):
        return document
    summary = answer.get("PolicySummary")
    texts = summary if isinstance(summary, dict) else {}
    name, description = texts.get("Name"), texts.get("Description")
    inner = _document(name if isinstance(name, str) and name else document.name, text, f"{place}: in its `Content`")
    return replace(inner, description=description) if isinstance(description, str) else inner


def _of_snapshot(source: Source) -> Iterator[PolicyDocument]:

    policies = snapshots.read_snapshot(source).policies
    if not policies:
        raise UsageError(f"{source.name}: the snapshot has no policies")
    for name, stored in policies.items():
        if isinstance(stored.content, str):
            yield _document(name, stored.content, f"{source.name}: policy {quoted(name)}")
        else:
            size = len(minify(stored.content))
            yield PolicyDocument(name, stored.content, size, size)
