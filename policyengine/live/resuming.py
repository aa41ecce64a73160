"""The journal of an interrupted reading, from which the same command reads on: answers, one a line, beside the output.

Answers to STS are not kept: they have keys in them. What policies say and what AWS publishes is asked anew, too: that
somebody edited a policy since the interrupted reading, the second look at the tree would not show, and a snapshot of
now would have the document of then. What nobody looks at a second time, as vaults and tags, is as old as the
interrupted reading: after a day it is not taken. The file is the user's alone, and goes once the snapshot is there.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from policyengine.aws.facts.api_operations import (
    DESCRIBE_EFFECTIVE_POLICY,
    DESCRIBE_POLICY,
    LIST_ACCOUNTS_WITH_INVALID_POLICY,
)
from policyengine.base.errors import reason
from policyengine.live.answers import Answer, Api, ApiRequest
from policyengine.live.caller import Caller
from policyengine.live.sentences import LiveError

_FORMAT = "policyengine/pull-answers/2"
_LASTS = timedelta(days=1)
_SECRET = "sts"  # noqa: S105 - the name of a service
_EDITED_UNSEEN = frozenset({DESCRIBE_POLICY, DESCRIBE_EFFECTIVE_POLICY, LIST_ACCOUNTS_WITH_INVALID_POLICY})


def journal_beside(output: Path) -> Path:
    """The file with the answers of an interrupted reading: `.organization.yaml.pull`."""
    return output.with_name(f".{output.name}.pull")


class Journal:
    """Answers calls from what was read before, and keeps what is read now; passes all on until it has begun.

    Where it cannot be written, as on a full disk, reading goes on without. `now` is the moment of this reading, UTC.
    """

    def __init__(self, api: Api, file: Path, *, resume: bool, now: datetime) -> None:
        self._api, self._file, self._resume, self._since = api, file, resume, now
        self._lock = threading.Lock()
        self._answers: dict[str, Answer] = {}
        self._stream: IO[str] | None = None
        self._heading: str | None = None
        self._was_written = False

    @property
    def is_there(self) -> bool:
        """Whether there are answers to read on from."""
        return self._was_written or bool(self._answers)

    def begin(self, caller: Caller) -> datetime:
        """Takes what an interrupted reading of this organization left; gives the moment when the first of it was read.

        Raises `LiveError` where it was another organization's, is too old, or cannot be read.
        """
        heading = {"format": _FORMAT, "organization": caller.organization, "account": caller.account}
        if self._resume and os.path.lexists(self._file):
            self._since = self._read(heading)
        else:
            self._remove()
        self._heading = json.dumps({**heading, "at": self._since.isoformat()})
        return self._since

    def answer(self, request: ApiRequest) -> Answer:
        """The answer from before, or that of AWS. Raises `ApiError`."""
        if self._heading is None or request.fresh or not _is_kept(request):
            return self._api.answer(request)
        key = request.key
        with self._lock:
            answer = self._answers.pop(key, None)
        if answer is None:
            answer = self._api.answer(request)
            self._keep({"call": key, "answer": answer})
        return answer

    def done(self) -> None:
        """The snapshot is written: nothing is left to read on from."""
        self.close()
        self._remove()

    def close(self) -> None:
        """Leaves the file for the next reading; what threads still answer is not kept."""
        with self._lock:
            self._heading = None
            self._stop()

    def _read(self, heading: dict[str, str]) -> datetime:
        """Takes the answers that were left. Gives the moment of that reading."""
        first, *lines = self._text().split("\n")
        left = _parsed(first)
        if not isinstance(left, dict) or left.get("format") != _FORMAT or (since := _moment(left.get("at"))) is None:
            raise self._refused("is not what an interrupted pull leaves")
        if {key: left.get(key) for key in heading} != heading:
            raise self._refused("what is left there was read with other credentials or of another organization")
        if not timedelta(0) <= self._since - since <= _LASTS:
            raise self._refused(f"what is left there was read at {since:%Y-%m-%d %H:%M} UTC, more than a day from now")
        for line in lines:
            kept = _parsed(line)  # the last one may be cut
            if isinstance(kept, dict) and isinstance(kept.get("call"), str) and isinstance(kept.get("answer"), dict):
                self._answers[kept["call"]] = kept["answer"]
        return since

    def _text(self) -> str:
        """The file. Raises `LiveError` where it is none, as a pipe, from which nothing may ever come."""
        try:
            if not stat.S_ISREG(self._file.lstat().st_mode):
                raise self._refused("cannot be read: not a regular file")
            return self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = reason(error) if isinstance(error, OSError) else "not UTF-8 text"
            raise self._refused(f"cannot be read: {why}") from error

    def _refused(self, why: str) -> LiveError:
        return LiveError(f"{self._file}: {why}; read anew, without `--resume`")

    def _keep(self, kept: dict[str, Any]) -> None:
        with self._lock:
            if self._heading is None:
                return
            try:
                stream = self._stream or self._open()
                stream.write(json.dumps(kept, ensure_ascii=False) + "\n")
                stream.flush()
            except (OSError, ValueError):
                self._stop()
                self._heading = None

    def _open(self) -> IO[str]:
        """The file, opened for the user alone; a link is not followed."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
        is_new = not self._file.exists()
        self._was_written = True
        self._stream = stream = os.fdopen(os.open(self._file, flags, 0o600), "w", encoding="utf-8", newline="")
        stream.write(f"{self._heading}\n" if is_new else "\n")
        return stream

    def _stop(self) -> None:
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
            self._stream = None

    def _remove(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def _is_kept(request: ApiRequest) -> bool:
    return request.operation.service != _SECRET and request.operation not in _EDITED_UNSEEN


def _moment(text: object) -> datetime | None:
    """The moment that a text says; None where it says none with its time zone."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
