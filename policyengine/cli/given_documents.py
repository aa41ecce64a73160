"""The inputs of `import`: documents, answers of AWS, templates with backup plans, and snapshots.

AWS's documents are JSON; a snapshot is YAML, or JSON with a tree; a template of CloudFormation is either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from policyengine.aws import snapshot as snapshots
from policyengine.aws.backup_plans import Answer, GivenPlan, PlanRemark, has_plans, joined, policy_content, read_answer
from policyengine.aws.documents import Json, PolicyDocument
from policyengine.aws.policy_text import TextFault, fault_of_yaml, minify, read_document, read_json
from policyengine.base.errors import UsageError
from policyengine.base.records import Record
from policyengine.base.source import Source
from policyengine.base.text import quoted
from policyengine.project import DOCUMENT, SNAPSHOT, read_source

_T = TypeVar("_T")
_YAML = frozenset({".yaml", ".yml"})
_TREE = frozenset({"root", "version"})


class GivenDocument(Record):
    """A policy to import, and what its backup plans say and it cannot."""

    document: PolicyDocument
    remarks: tuple[PlanRemark, ...] = ()


def given_documents(files: Sequence[Path], *, region: str = "", partition: str = "aws") -> list[GivenDocument]:
    """The policies in files, each name once. Raises `UsageError` for what holds none.

    The backup plans of a file are a policy in its name, of `region` where the file has none.
    """
    entries = [(file, entry) for file in files for entry in _in_file(file, region, partition)]
    plans = joined({str(file): entry for file, entry in entries if isinstance(entry, Answer)})
    given: list[GivenDocument] = []
    first: dict[str, tuple[Path, str]] = {}
    for file, entry in entries:
        if isinstance(entry, Answer) and str(file) not in plans:
            continue  # selections of plans in other files
        document = (
            _of_plans(file, plans[str(file)], region, partition) if isinstance(entry, Answer) else GivenDocument(entry)
        )
        name = document.document.name
        earlier = first.setdefault(name.casefold(), (file, name))
        if earlier != (file, name):
            raise UsageError(f"{_clash(*earlier, file, name)}: rename one of them")
        given.append(document)
    return given


def _clash(earlier: Path, other: str, file: Path, name: str) -> str:
    if earlier != file:
        return f"{earlier} and {file} would both become policy {quoted(name)}"
    return f"{file}: policies {quoted(other)} and {quoted(name)} are one name in a project, which does not tell case"


def _in_file(file: Path, region: str, partition: str) -> Iterator[PolicyDocument | Answer]:
    if file.suffix in _YAML:
        yield from _in_yaml(file, read_source(file, SNAPSHOT), region, partition)
        return
    source = read_source(file, DOCUMENT)
    content = read_json(source.text)
    if isinstance(content, TextFault):
        yield _described(_document_but_plans(file.stem, source, content), source.name)
    elif has_plans(content):
        yield _of_file(file, lambda: read_answer(content, partition, region))
    elif isinstance(content, dict) and content.keys() >= _TREE:
        yield from _of_snapshot(source)
    else:
        yield _described(_document(file.stem, source.text, source.name), source.name)


def _in_yaml(file: Path, source: Source, region: str, partition: str) -> Iterator[PolicyDocument | Answer]:
    if not snapshots.is_template(source):
        if fault := fault_of_yaml(source.text):
            raise _unreadable(source.name, fault)
        yield from _of_snapshot(source)
        return
    content = snapshots.read_template(source)
    if not has_plans(content):
        raise UsageError(f"{source.name}: the template has no `AWS::Backup::BackupPlan` and no selection")
    yield _of_file(file, lambda: read_answer(content, partition, region))


def _document_but_plans(name: str, source: Source, fault: TextFault) -> PolicyDocument:
    """The document in a text that repeats keys, which admission refuses. Raises `UsageError` for a text of plans."""
    document = read_document(name, source.text)
    if source.text.lstrip().startswith("[") or (isinstance(document, PolicyDocument) and has_plans(document.content)):
        raise _unreadable(source.name, fault)
    return _document(name, source.text, source.name)


def _of_plans(file: Path, plans: Sequence[GivenPlan], region: str, partition: str) -> GivenDocument:
    content, remarks = _of_file(file, lambda: policy_content(plans, region, partition))
    return GivenDocument(_built(file.stem, content), remarks)


def _of_file(file: Path, read: Callable[[], _T]) -> _T:
    """The value read from a file's content, whose errors do not name the file."""
    try:
        return read()
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None


def _document(name: str, text: str, place: str) -> PolicyDocument:
    document = read_document(name, text)
    if isinstance(document, TextFault):
        raise _unreadable(place, document)
    return document


def _unreadable(place: str, fault: TextFault) -> UsageError:
    advice = f"; {fault.help}" if fault.help else ""
    return UsageError(f"{place}:{fault.line}:{fault.column}: {fault.message}{advice}")


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
        raise UsageError(
            f"{source.name}: the snapshot has no policies to import; those of a project are in its .bpol files,"
            " those of AWS come with `pull`"
        )
    for name, stored in policies.items():
        if isinstance(stored.content, str):
            yield _document(name, stored.content, f"{source.name}: policy {quoted(name)}")
        else:
            yield _built(name, stored.content)


def _built(name: str, content: Json) -> PolicyDocument:
    """A document that no text was written for."""
    size = len(minify(content))
    return PolicyDocument(name, content, size, size)
