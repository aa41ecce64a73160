"""The files of `validate` and `import`: a folder stands for its documents, and our own file beside them is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from policyengine.aws.policy_text import are_attachments, read_json
from policyengine.base.errors import UsageError
from policyengine.cli.output import note
from policyengine.project import DOCUMENT, read_source
from policyengine.report.compile import ATTACHMENTS

_NO_POLICY = "it is no policy: `compile --out` writes into it where the policies are attached"


def document_files(paths: Sequence[Path], command: str, *, quiet: bool) -> list[Path]:
    """The files in what the command line names, without the attachments that `compile --out` wrote beside documents.

    A folder stands for its .json files. Attachments that are named themselves (`out/*.json`) are told on standard
    error. Raises `UsageError` where nothing is left.
    """
    left_out = [path for path in paths if _has_attachments(path)]
    files = [file for path in paths if path not in left_out for file in _documents_in(path)]
    if not files:
        raise UsageError(f"{left_out[0]}: {_NO_POLICY}; give the documents beside it")
    if left_out and not quiet:
        note(*(f"{command}: {path}: left out, {_NO_POLICY}" for path in left_out))
    return files


def _documents_in(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    listed = sorted(file for file in path.iterdir() if file.suffix == ".json" and file.is_file())
    files = [file for file in listed if not _has_attachments(file)]
    if not files:
        raise UsageError(f"{path}: no policy documents, the folder has no .json files")
    yield from files


def _has_attachments(file: Path) -> bool:
    if file.name != ATTACHMENTS or not file.is_file():
        return False
    content = read_json(read_source(file, DOCUMENT).text)
    return content == [] or are_attachments(content)  # nothing is attached: an empty list
