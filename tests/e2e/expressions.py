"""The expressions of GitHub Actions, as far as action.yml and docs/ci.md use them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|[A-Za-z_][\w.-]*(?:\(\))?|&&|\|\||==|!=|!|\(|\))")
_STATUS = {
    "always()": (True, True),
    "cancelled()": (False, False),
    "success()": (True, False),
    "failure()": (False, True),
}


def fill(text: str, contexts: Mapping[str, Any]) -> str:
    """The text with its expressions replaced by their values."""
    return _EXPRESSION.sub(lambda found: str(_Reader(found[1], contexts).read()), text)


def holds(condition: str, contexts: Mapping[str, Any], *, failed: bool) -> bool:
    """Whether a step runs; without a status function it does not after one that failed."""
    reader = _Reader(condition.strip().removeprefix("${{").removesuffix("}}"), contexts, failed=failed)
    value = bool(reader.read())
    return value and (reader.asks_for_status or not failed)


class _Reader:
    def __init__(self, text: str, contexts: Mapping[str, Any], *, failed: bool = False) -> None:
        self._tokens = _TOKEN.findall(text)
        assert "".join(self._tokens) == "".join(text.split()), f"not understood: {text}"
        self._contexts, self._failed = contexts, failed
        self.asks_for_status = bool(_STATUS.keys() & set(self._tokens))

    def read(self) -> Any:  # noqa: ANN401 - a string or a truth value
        value = self._and()
        while self._next("||"):
            other = self._and()
            value = value or other
        return value

    def _and(self) -> Any:  # noqa: ANN401
        value = self._comparison()
        while self._next("&&"):
            other = self._comparison()
            value = value and other
        return value

    def _comparison(self) -> Any:  # noqa: ANN401
        value = self._value()
        if self._next("=="):
            return value == self._value()
        return value != self._value() if self._next("!=") else value

    def _value(self) -> Any:  # noqa: ANN401
        said = self._tokens.pop(0)
        if said == "!":
            return not self._value()
        if said == "(":
            value = self.read()
            assert self._next(")")
            return value
        if said.startswith("'"):
            return said[1:-1].replace("''", "'")
        return _STATUS[said][self._failed] if said in _STATUS else self._named(said)

    def _named(self, name: str) -> Any:  # noqa: ANN401
        """The value of a context; what is not there is empty, as GitHub has it."""
        value: Any = self._contexts
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value

    def _next(self, token: str) -> bool:
        if self._tokens[:1] != [token]:
            return False
        del self._tokens[0]
        return True
