"""The message on a warehouse that does not answer, or refuses: one sentence that keeps secrets."""

from __future__ import annotations

import logging
import re

from policyengine.base.errors import UnreadableError, UsageError

_LOGGERS = ("boto3", "botocore", "py4j", "pyathena", "pyspark", "trino", "urllib3")
_CODES = (
    re.compile(r"([A-Z][A-Z0-9_]{2,60})(?:\.[A-Z0-9_]{1,60})?(?::|$)"),
    re.compile(r".*\(([A-Za-z]{3,60})\) when calling", re.DOTALL),
)


def refusal(error: Exception) -> str | None:
    """The code of a refused query, such as `TABLE_NOT_FOUND`; None where an error has none.

    No other text of an error is shown: it may have what an address or a session keeps secret.
    """
    for name in ("getCondition", "getErrorClass"):
        if code := getattr(error, name, lambda: None)():
            return code if _CODES[0].match(f"{code}:") else None
    for text in (getattr(error, "error_name", None), str(error)):
        for pattern in _CODES:
            if isinstance(text, str) and (match := pattern.match(text)):
                return match[1]
    return None


def unanswered(shown: str, error: Exception) -> UnreadableError:
    """The sentence for an error of a warehouse's library."""
    if code := refusal(error):
        return UnreadableError(
            f"{shown}: the warehouse refused a query ({code}); check the table, and that you may read it, and make "
            "and drop tables or views where the results go"
        )
    cause = type(error.__cause__ or error).__name__
    return UnreadableError(
        f"{shown}: the warehouse does not answer ({cause}); check the address, the network and your credentials, "
        "or judge files here with `--engine duckdb`"
    )


def missing(kind: str, library: str) -> UsageError:
    """The error for a library that is not installed."""
    return UsageError(
        f"`--engine {kind}` needs {library} and sqlglot: `pip install {library.lower()} sqlglot` into the environment "
        "of policyengine, or use `--engine duckdb`"
    )


def silence_drivers() -> None:
    """Keeps drivers from writing faults themselves, with all their text; what counts is said in a sentence."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
