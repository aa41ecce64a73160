"""Answers of AWS in a folder, without the ids, names and addresses in them: to lend an organization to a test.

`Recorder` stands before what answers and keeps all of it; `Recording` answers from such a folder. Both hold answers to
botocore's model of the operation: what it does not describe is neither written nor read. Only calls of this tool are
kept, of STS only who the caller is: keys and tokens are in none of them.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import botocore.session

from policyengine.aws.facts.api_operations import ASSUME_ROLE, GET_CALLER_IDENTITY, OPERATIONS, ApiOperation
from policyengine.base.errors import reason
from policyengine.live.answers import Answer, Api, ApiError, ApiRequest, FaultKind
from policyengine.live.redaction import Redaction
from policyengine.live.sentences import LiveError

_SECRET = "sts"  # noqa: S105 - the name of a service
_LARGEST = 1 << 30  # bytes of a file of a recording

Text = Callable[[str], str]
_FITS: Mapping[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str, dict),  # boto3 reads the documents of roles itself
    "timestamp": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
}


class _Kept(NamedTuple):
    request: ApiRequest
    answer: Answer | None
    fault: str = ""
    code: str = ""
    entering: bool = False  # the fault is that of the role in the account


class Recorder:
    """Answers as `api` does, and keeps every answer; a fault is kept where reading goes on after it."""

    def __init__(self, api: Api) -> None:
        self._api, self._lock = api, threading.Lock()
        self._kept: list[_Kept] = []

    def answer(self, request: ApiRequest) -> Answer:
        """The answer. Raises `ApiError`."""
        try:
            answer = self._api.answer(request)
        except ApiError as error:
            entering = error.request.operation is ASSUME_ROLE
            self._keep(_Kept(request, None, error.kind.value, error.code, entering))
            raise
        self._keep(_Kept(request, answer))
        return answer

    def files(self, redaction: Redaction | None = None) -> dict[str, str]:
        """The recording: a file for each operation, `organizations.ListRoots.json`, with its calls in order.

        Raises `LiveError` where AWS answered what botocore's model does not describe.
        """
        redaction = redaction or Redaction()
        for kept in self._kept:
            _line(kept, redaction.learn)
        lines: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for kept in self._kept:
            lines[_file_name(kept.request.operation)].append(_line(kept, redaction.text))
        return {name: json.dumps(calls, indent=1, ensure_ascii=True) + "\n" for name, calls in sorted(lines.items())}

    def _keep(self, kept: _Kept) -> None:
        operation = kept.request.operation
        if operation.service != _SECRET or operation is GET_CALLER_IDENTITY:
            with self._lock:
                self._kept.append(kept)


class Recording:
    """Answers calls from a folder; equal calls in the order in which they were made, the last for all that follow.

    Raises `LiveError` where the folder cannot be read, or has what AWS does not answer.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._answers: defaultdict[str, list[_Kept]] = defaultdict(list)
        for operation in OPERATIONS:
            file = folder / _file_name(operation)
            if file.is_file():
                for line in _read(file):
                    kept = _kept(line, operation, file)
                    self._answers[kept.request.key].append(kept)
        if not self._answers:
            raise LiveError(f"{folder}: there is no recording, expected files such as `organizations.ListRoots.json`")

    def answer(self, request: ApiRequest) -> Answer:
        """The answer that was recorded. Raises `ApiError` as then, and where the call was not made then."""
        with self._lock:
            recorded = self._answers[request.key]
            kept = recorded.pop(0) if len(recorded) > 1 else recorded[0] if recorded else None
        if kept is None:
            raise ApiError(FaultKind.NOT_FOUND, request, code="NotRecorded")
        if kept.answer is None:
            struck = ApiRequest(ASSUME_ROLE) if kept.entering else request
            raise ApiError(FaultKind(kept.fault), struck, code=kept.code)
        return kept.answer


def _file_name(operation: ApiOperation) -> str:
    return f"{operation.service}.{operation.name}.json"


def _line(kept: _Kept, text: Text) -> dict[str, Any]:
    request = kept.request
    model = _model(request.operation)
    line: dict[str, Any] = {"parameters": _fitted(dict(request.parameters), model.input_shape, text, request.action)}
    line |= {"region": text(request.region)} if request.region else {}
    line |= {"account": text(request.account)} if request.account else {}
    if kept.answer is None:
        return line | {"fault": kept.fault, "code": kept.code, "entering": kept.entering}
    return line | {"answer": _fitted(kept.answer, model.output_shape, text, request.action)}


def _kept(line: object, operation: ApiOperation, file: Path) -> _Kept:
    """A line of a recording. Raises `LiveError` where it is none."""
    if not isinstance(line, dict) or not isinstance(line.get("parameters"), dict):
        raise LiveError(f"{file}: expected a list of calls, each with its `parameters`")
    request = ApiRequest(operation, line["parameters"], str(line.get("region", "")), str(line.get("account", "")))
    fault = line.get("fault")
    if fault in set(FaultKind):
        return _Kept(request, None, str(fault), str(line.get("code", "")), line.get("entering") is True)
    answer: Answer = _fitted(line.get("answer"), _model(operation).output_shape, str, f"{file}: {operation.action}")
    return _Kept(request, answer)


def _read(file: Path) -> list[object]:
    try:
        if file.stat().st_size > _LARGEST:
            raise LiveError(f"{file}: the file is too large for a recording")
        lines = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LiveError(f"{file}: cannot be read: {reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise LiveError(f"{file}: not JSON, expected a list of calls") from error
    return lines if isinstance(lines, list) else [lines]


@cache
def _session() -> Any:  # noqa: ANN401 - botocore has no types
    return botocore.session.Session()


@cache
def _model(operation: ApiOperation) -> Any:  # noqa: ANN401 - as above
    return _session().get_service_model(operation.service).operation_model(operation.name)


def _fitted(value: Any, shape: Any, text: Text, where: str) -> Any:  # noqa: ANN401 - JSON, and botocore's shapes
    """A value with its texts replaced but for words of enumerations. Raises `LiveError` where it does not fit."""
    fits = _FITS.get(shape.type_name if shape is not None else "structure")
    if fits is None or not isinstance(value, fits) or (isinstance(value, bool) and bool not in fits):
        raise LiveError(f"{where}: the answer is not what botocore describes, expected {_described(shape)}")
    if isinstance(value, dict):
        return _fitted_mapping(value, shape, text, where)
    if isinstance(value, list):
        return [_fitted(item, shape.member, text, where) for item in value]
    if isinstance(value, str) and shape.type_name == "string" and value not in (getattr(shape, "enum", None) or ()):
        return text(value)
    return value


def _described(shape: Any) -> str:  # noqa: ANN401 - as above
    return f"a {shape.type_name}" if shape is not None else "nothing"


def _fitted_mapping(value: dict[str, Any], shape: Any, text: Text, where: str) -> dict[str, Any]:  # noqa: ANN401
    if shape is None or shape.type_name == "structure":
        members = shape.members if shape is not None else {}
        unknown = sorted(value.keys() - members.keys())
        if unknown:
            raise LiveError(f"{where}: botocore describes no `{unknown[0]}` there")
        return {name: _fitted(child, members[name], text, f"{where}.{name}") for name, child in value.items()}
    if shape.type_name == "map":
        return {text(key): _fitted(child, shape.value, text, where) for key, child in value.items()}
    fitted: dict[str, Any] = json.loads(text(json.dumps(value)))
    return fitted
