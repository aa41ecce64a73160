"""Values of the records of inventories: texts, numbers, moments, tags, as `Resource` has them.

Each function takes a JSON value and its place in the record, and raises `RecordError` for one that it cannot take.
None and, where a table has no other way to say nothing, an empty text are what nobody looked up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Generic, TypeVar

from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.documents import Json
from policyengine.base.text import quoted

T = TypeVar("T")

_ACCOUNT_DIGITS = 12
_MOST_TEXTS = 20_000  # that are kept of a column
_LONGEST_ARN = 2048  # characters
_LARGE = 1e300
_FAULTS = {
    "Unterminated string starting at": "a text in quotes does not end",
    "Expecting property name enclosed in double quotes": "expected a key in quotes",
    "Expecting value": "expected a value",
    "Expecting ',' delimiter": "expected a comma or the end",
    "Expecting ':' delimiter": "expected a colon after a key",
    "Extra data": "there is more behind the value",
    "Invalid control character at": "a text in quotes has a line end or a control character in it",
    "Invalid \\escape": "`\\` stands before a character that needs none",
    "Invalid \\uXXXX escape": "`\\u` stands before something else than four hexadecimal digits",
}
_LATEST_SECONDS = 4_102_444_800  # the year 2100; what is later is counted in milliseconds
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


class RecordError(ValueError):
    """A fault of a record: the path of the value in it, empty for the whole, and a message with what to do."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path, self.message = path, message


class ColumnValues(Generic[T]):
    """The values of a column as `read` takes them; those of texts, which repeat, are read once."""

    def __init__(self, read: Callable[[Json, str], T | None], name: str) -> None:
        self._read, self._name = read, name
        self._texts: dict[Json, T | None] = {}

    def of(self, value: Json) -> T | None:
        """The value of a cell, None for none. Raises `RecordError`."""
        if value is None:
            return None
        if value.__class__ is not str:
            return self._read(value, self._name)
        try:
            return self._texts[value]
        except KeyError:
            pass
        if len(self._texts) >= _MOST_TEXTS:
            self._texts.clear()
        result = self._texts[value] = self._read(value, self._name)
        return result


def value_phrase(value: Json) -> str:
    """A value described for a message."""
    if isinstance(value, str):
        return quoted(value) if value else "an empty text"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return quoted(json.dumps(value)) if value is None or isinstance(value, (bool, int, float)) else quoted(str(value))


def text_of(value: Json, path: str) -> str | None:
    """A text; None for none and for an empty one."""
    if isinstance(value, str):
        return _sound(value, path) or None
    if value is None:
        return None
    if isinstance(value, (dict, list)):
        raise RecordError(path, f"expected a text, found {value_phrase(value)}")
    return str(value).lower() if isinstance(value, bool) else str(value)


def region_of(value: Json, path: str) -> str | None:
    """The name of a Region, in small letters as AWS writes it."""
    text = text_of(value, path)
    return text.lower() if text else None


def _sound(text: str, path: str) -> str:
    """A text that is one of Unicode: JSON may have halves of characters, which no file can hold."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise RecordError(path, f"expected a text, found half of a character in {quoted(text)}") from None
    return text


def arn_of(value: Json, path: str) -> str:
    """The text of an ARN, whose form is not looked at."""
    if not isinstance(value, str) or not value:
        raise RecordError(path, f"expected the ARN of a resource, found {value_phrase(value)}")
    if len(value) > _LONGEST_ARN:
        raise RecordError(path, f"expected an ARN, found a text of {len(value):,} characters")
    return _sound(value, path)


def account_of(value: Json, path: str) -> str | None:
    """The id of an account. Numbers have lost the zeros in front, which are put back."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value).zfill(_ACCOUNT_DIGITS)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _is_account(value):
        raise RecordError(
            path, f"expected the 12 digits of an account, found {value_phrase(value)}; export it as a text"
        )
    return value


@lru_cache(maxsize=65_536)
def _is_account(text: str) -> bool:
    return ACCOUNT_ID.fullmatch(text) is not None


def moment_of(value: Json, path: str) -> datetime | None:
    """A moment in UTC: ISO 8601, which counts as UTC where no zone is named, or seconds or milliseconds since 1970."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            parsed = datetime.fromisoformat(value)
            return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _LATEST_SECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise RecordError(path, f"expected a date such as 2026-09-24T05:00:00Z, found {value_phrase(value)}")


def size_of(value: Json, path: str) -> float | None:
    """A size in GB, 0 or more."""
    if value is None or value == "":
        return None
    if (value.__class__ is int or value.__class__ is float) and 0 <= value < _LARGE:
        return float(value)
    try:
        size = float(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        size = math.nan
    if not 0 <= size < math.inf:
        raise RecordError(path, f"expected a size of 0 or more GB, found {value_phrase(value)}")
    return size


def flag_of(value: Json, path: str) -> bool | None:
    """Yes or no; a table may say it in a word."""
    if value is None or isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else str(value)
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    if not word:
        return None
    raise RecordError(path, f"expected true or false, found {value_phrase(value)}")


def tags_of(value: Json, path: str) -> Mapping[str, str] | None:
    """Tags by their keys, whose case is kept: an object, or a list of objects with `Key` and `Value` in any case."""
    if value is None:
        return None
    if isinstance(value, dict):
        tags = value
        for key, text in tags.items():
            if text.__class__ is not str:
                raise RecordError(f"{path}.{key}", f"expected the text of a tag, found {value_phrase(text)}")
        return tags  # type: ignore[return-value]
    if isinstance(value, list):
        return _tag_list(value, path)
    raise RecordError(path, f"expected tags as an object or a list of keys and values, found {value_phrase(value)}")


def _tag_list(entries: list[Json], path: str) -> Mapping[str, str]:
    tags: dict[str, str] = {}
    for index, entry in enumerate(entries):
        if entry.__class__ is not dict:
            raise RecordError(
                f"{path}[{index}]", f"expected an object with a key and a value, found {value_phrase(entry)}"
            )
        get = entry.get
        key, text = get("key"), get("value", "")
        if key is None:
            key, text = get("Key"), get("Value", "")
        if key.__class__ is not str or text.__class__ is not str:
            raise RecordError(f"{path}[{index}]", "expected a key and a value, both texts")
        if tags.setdefault(key, text) != text:
            raise RecordError(f"{path}[{index}]", f"the key {quoted(key)} stands twice, with another value before")
    return tags


def json_fault(error: json.JSONDecodeError) -> str:
    """The fault of a JSON text, in words of ours."""
    return _FAULTS.get(error.msg, error.msg[:1].lower() + error.msg[1:])


def distinct_keys(pairs: list[tuple[str, Json]]) -> Json:
    """The object of these keys and values. Raises `RecordError` where a key has two values."""
    value = dict(pairs)
    if len(value) < len(pairs):
        first: dict[str, Json] = {}
        for key, each in pairs:
            if first.setdefault(key, each) != each:
                fault = f"the key {quoted(key)} stands twice in an object, with another value before"
                raise RecordError("", f"{fault}; keep one of the two")
    return value


_decoded = json.JSONDecoder(object_pairs_hook=distinct_keys).decode


def json_of(value: Json, path: str) -> Json:
    """The value of a JSON text in a cell; what is no text is the value itself."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return _decoded(value)  # type: ignore[no-any-return]
    except RecordError as flaw:
        raise RecordError(path, flaw.message) from None
    except (ValueError, RecursionError) as error:
        why = json_fault(error) if isinstance(error, json.JSONDecodeError) else "it nests too deeply"
        raise RecordError(path, f"expected JSON, found {quoted(value)}: {why}") from None
