"""The result that every format of `drift` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Literal

from msgspec import field

from policyengine.analysis.diff import ChangeClass
from policyengine.analysis.drift import DRIFT, Against, Difference, Drift, DriftCause, Unjudged
from policyengine.aws.organization import Organization
from policyengine.base.diagnostics import Diagnostic
from policyengine.base.records import Record
from policyengine.base.text import quoted
from policyengine.report.account_names import AccountNames
from policyengine.report.shown_text import count

DriftVerdict = Literal["drift", "none", "unknown"]
_SHOWN = 3


class ComparedWith(Record):
    """The source that a project was compared with: a `file` that was pulled before, empty for AWS as it is now.

    `organization` is the id of the organization that it is of, empty where it does not say it; `at` the moment as of
    which it was read, as it says it. `is_own`: the project's snapshot says that it is of the same organization.
    """

    file: str = ""
    organization: str = ""
    at: str = ""
    is_own: bool = True

    @property
    def moment(self) -> datetime | None:
        """The moment of the reading, UTC; None where it is not said in a way that can be read."""
        try:
            moment = datetime.fromisoformat(self.at)
        except ValueError:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else None

    def age_text(self, now: datetime) -> str:
        """The age of the file in a sentence; empty for AWS itself."""
        if not self.file:
            return ""
        with_file = f"compared with {quoted(self.file)}"
        if self.moment is None:
            return f"{with_file}, which does not say when it was pulled"
        age = now.replace(tzinfo=UTC) - self.moment
        ago = f"{_length(age)} ago" if age >= timedelta(0) else "after the moment of this comparison"
        return f"{with_file}, pulled {self.moment:%Y-%m-%d %H:%M} UTC, {ago}"


class DriftResult(Record, dict=True):
    """A comparison with AWS and its circumstances.

    `drift` is None where the project does not compile; `findings` are then its faults. `fail_on` are the causes that
    count. `prefix` is the project's folder below the top of the repository, for programs.
    """

    drift: Drift | None
    actual: Organization
    at: datetime
    against: Against
    fail_on: frozenset[DriftCause] = field(default=DRIFT)
    findings: tuple[Diagnostic, ...] = ()
    prefix: str = ""
    compared_with: ComparedWith = field(default_factory=ComparedWith)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All differences, none where nothing could be compared."""
        return self.drift.differences if self.drift else ()

    @property
    def unjudged(self) -> tuple[Unjudged, ...]:
        """The parts that could not be compared."""
        return self.drift.unjudged if self.drift else ()

    @property
    def verdict(self) -> DriftVerdict:
        """`none` only where everything that counts was compared: an organization has one account at least."""
        if any(difference.cause in self.fail_on for difference in self.differences):
            return "drift"
        if (
            self.drift is None
            or not self.drift.accounts
            or any(each.matters(self.fail_on, self.against) for each in self.unjudged)
        ):
            return "unknown"
        return "none"

    @cached_property
    def causes(self) -> Mapping[DriftCause, int]:
        """The number of differences by cause, for causes that there are."""
        numbers = {cause: sum(each.cause is cause for each in self.differences) for cause in DriftCause}
        return {cause: number for cause, number in numbers.items() if number}

    @cached_property
    def _names(self) -> AccountNames:
        return AccountNames(self.actual)

    def accounts_text(self, accounts: tuple[str, ...]) -> str:
        """Accounts in words; `no account` for none."""
        return self._names.described(accounts) if accounts else "no account"

    def summary(self) -> str:
        """The result in a sentence."""
        if self.drift is None:
            return "the project does not compile, so it cannot be compared"
        if not self.drift.accounts and self.verdict == "unknown":
            return "what was read has no active account, so nothing was compared; look at who pulled it"
        if not self.differences:
            compared = (
                "what could be compared is as the project says" if self.unjudged else "AWS is as the project says"
            )
            return f"{compared}: {count(len(self.drift.accounts), 'account')}"
        numbers = ", ".join(f"{number:,} {cause}" for cause, number in self.causes.items())
        return f"{numbers}; {len(self.drift.touched):,} of {count(len(self.drift.accounts), 'account')} touched"


def class_counts(difference: Difference) -> dict[str, int]:
    """The number of changes of a difference by class, for all classes."""
    return {each.value: sum(change.change_class is each for change in difference.changes) for each in ChangeClass}


def classes_text(difference: Difference) -> str:
    """The classes in words: "2 lost, 1 weakened"; empty where backups stay the same."""
    return ", ".join(f"{number:,} {name}" for name, number in class_counts(difference).items() if number)


def unjudged_text(unjudged: Iterable[Unjudged], result: DriftResult) -> list[str]:
    """The unknown facts that prevented comparisons, with what to do."""
    advice = {
        "published": "pull with `--published chains`, or compare with `--against attached`",
        "order": "pull with `--published chains`: the order shows in what AWS publishes",
    }
    return [f"{each.message} ({result.accounts_text(each.accounts)}); {advice[each.what]}" for each in unjudged]


def tree_texts(result: DriftResult) -> list[str]:
    """Texts on differences beside policies: accounts of only one side, an organization that may be another one."""
    if result.drift is None:
        return []
    texts = []
    if not result.compared_with.is_own:
        lacking = "nothing says that this is the project's organization: its snapshot has no `organization.id`"
        texts.append(lacking)
    if joined := result.drift.joined:
        texts.append(f"{count(len(joined), 'account')} joined since the tree was recorded: {_ids(joined)}")
    if left := result.drift.left:
        texts.append(f"{count(len(left), 'account')} of the recorded tree left the organization: {_ids(left)}")
    return texts


def _length(age: timedelta) -> str:
    """A length of time: "3 days", "36 hours", "5 minutes"."""
    for unit, name in ((timedelta(days=1), "day"), (timedelta(hours=1), "hour")):
        if age >= 2 * unit:
            return count(age // unit, name)
    return count(age // timedelta(minutes=1), "minute")


def _ids(accounts: Iterable[object]) -> str:
    numbers = [str(getattr(account, "id", "")) for account in accounts]
    more = f" and {len(numbers) - _SHOWN:,} more" if len(numbers) > _SHOWN else ""
    return f"{', '.join(numbers[:_SHOWN])}{more}"
