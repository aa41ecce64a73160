"""How messages say durations and reasons."""

from __future__ import annotations

import pytest

from policyengine.analysis.requirements import Reason
from policyengine.analysis.requirements.phrases import shown
from policyengine.aws.deployment import DAY, FOREVER

HOUR, YEAR = 60, 365 * DAY


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "0 days"),
        (1, "1 minute"),
        (90, "90 minutes"),
        (HOUR, "1 hour"),
        (60 * HOUR, "60 hours"),
        (DAY, "1 day"),
        (25 * HOUR + 30, "1530 minutes"),
        (59 * DAY + HOUR, "1417 hours"),
        (60 * DAY, "60 days"),
        (60 * DAY + HOUR, "60 days 1 hour"),
        (61 * DAY, "61 days"),
        (2557 * DAY, "2557 days"),
        (366 * DAY + HOUR, "366 days 1 hour"),
        (366 * DAY + 90, "366 days 90 minutes"),
        (36_500 * DAY, "36500 days"),
        (1_429_589 * HOUR, "163 years 71 days 5 hours"),
        (200 * YEAR, "200 years"),
        (FOREVER, "forever"),
    ],
)
def test_a_duration_in_words(length: float, words: str) -> None:
    assert shown(length) == words


@pytest.mark.parametrize(
    ("reason", "sentence", "stated"),
    [
        (Reason("a fact is missing"), "a fact is missing", ("a fact is missing", "")),
        (Reason("it is 1 day", "2 days"), "it is 1 day; `r` asks for 2 days", ("it is 1 day", "2 days")),
        (Reason("it is open", "x", required="a lock is required"), "it is open; a lock is required", ("it is open", "a lock is required")),
        (Reason("by `a`", "x", values=("1 day", "2 days")), "by `a`; `r` asks for x", ("1 day", "2 days", "x")),
    ],
)  # fmt: skip
def test_a_reason_in_a_sentence_and_as_a_baseline_has_it(
    reason: Reason, sentence: str, stated: tuple[str, ...]
) -> None:
    assert (reason.sentence("`r`"), reason.stated, reason.anonymous_sentence("`r`")) == (sentence, stated, "")
    assert (reason.place, reason.advice, reason.resource) == (None, "", "")
