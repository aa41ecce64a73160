"""What AWS publishes for an account, by the oracle alone: the engine that is tried has no say here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from oracle.effective import Result, effective
from oracle.merging import Level
from oracle.runs import DAY, FIRST, ScheduleError, Timed, started

from fake_aws.organization_state import State

Tree = dict[str, Any]

NOW = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)


class Publisher:
    """Effective policies by chain, each evaluated once: accounts below one unit share it."""

    def __init__(self) -> None:
        self._results: dict[tuple[tuple[tuple[str, str], ...], ...], Result] = {}
        self._invalid: tuple[State | None, list[str]] = (None, [])

    def result(self, state: State, account: str) -> Result:
        """What the oracle says of an account; its policies are named by their ids, its entities likewise."""
        levels = [
            tuple((policy, state.policies[policy].content) for policy in state.attached.get(target, ()))
            for target in state.chain(account)
        ]
        key = tuple(level for level in levels if level)
        if key not in self._results:
            chain = [
                Level(str(place), [(policy, json.loads(content)) for policy, content in level])
                for place, level in enumerate(key)
            ]
            self._results[key] = effective(chain, at=NOW, next_two=seconds_between)
        return self._results[key]

    def invalid(self, state: State) -> list[str]:
        """The accounts whose effective policy is invalid, by id: a reading asks for page after page of one state."""
        of, found = self._invalid
        if of is not state:
            found = sorted(one for one in state.accounts if self.result(state, one).status == "invalid")
            self._invalid = (state, found)
        return found

    def document(self, states: Sequence[State], account: str) -> Tree:
        """The document that is published after these states: that of the last one where the account was valid.

        With none, what was published before the first; `{}` where nothing ever was (semantics.md 10.3).
        """
        for state in reversed(states):
            if account not in state.accounts:
                break
            result = self.result(state, account)
            if result.status != "invalid":
                return result.policy or {}
        return dict(states[0].before.get(account, {}))


def seconds_between(schedule: str, at: datetime) -> float | None:
    """The seconds between the next two runs of a schedule; None where it has no two within five years."""
    start = (at.date() - FIRST).days * DAY + at.hour * 60 + at.minute
    for days in (3, 70, 1830):
        try:
            [found] = started([Timed(schedule, 0, 0)], at, at.date() + timedelta(days=days))
        except (ScheduleError, ValueError):  # what the oracle's reading of the facts does not take
            return None
        later = [minute for minute in found if minute > start]
        if len(later) > 1:
            return (later[1] - later[0]) * 60.0
    return None
