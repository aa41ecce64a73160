"""A parsed schedule: its fields as written, and the times and days they stand for; and the error of a refused one."""

from __future__ import annotations

from policyengine.aws.cron.days import Days, MonthDays, Weekdays
from policyengine.aws.facts.foreign_keys import Wording, worded
from policyengine.base.records import Record


class Item(Record):
    """One member of a field's comma list: `5`, `20-2`, `*/4`, `MON#2`.

    `first` is None for `*`; `last` is the end of a range, `step` follows a `/`; `mark` is `W`, `L` or `#`, and
    `number` the number behind the `#`. Names are given as numbers (JAN 1, SUN 1); `named` says that it had names.
    """

    text: str
    first: int | None
    last: int | None
    step: int | None
    mark: str
    number: int | None
    named: bool


class Field(Record):
    """A field as written, with its offsets in the text of the schedule, `end` exclusive.

    `name` is `minute`, `hour`, `day-of-month`, `month`, `day-of-week` or `year`. `items` is empty for `?` and where
    `L` stands for the whole field (`L`, `LW`, `L-3`).
    """

    name: str
    text: str
    start: int
    end: int
    items: tuple[Item, ...] = ()


class Cron(Record, uncompared=("fields", "minutes", "hours", "days", "months", "years")):
    """A schedule that AWS admits as written; schedules are equal when their texts are.

    `fields` holds the five or six fields in order (what follows the sixth has no meaning). It runs at each of `minutes`
    in each of `hours`, UTC, on the run days of `days` in the listed months and years; all tuples ascend. A schedule may
    still never run (`31 FEB`).
    """

    text: str
    fields: tuple[Field, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: Days
    months: tuple[int, ...]
    years: tuple[int, ...]

    @property
    def times(self) -> tuple[int, ...]:
        """The minutes of a run day at which there are runs, ascending."""
        return tuple([60 * hour + minute for hour in self.hours for minute in self.minutes])

    @property
    def runs_every_day(self) -> bool:
        """Whether it runs on every day of its `years`."""
        every_day = {*range(1, 32)} if isinstance(self.days, MonthDays) else {*range(1, 8)}
        daily = isinstance(self.days, (MonthDays, Weekdays)) and {*self.days.numbers} == every_day
        return daily and self.months == tuple(range(1, 13))


class CronError(ValueError):
    """The text is not a schedule that AWS admits.

    `message` says what is there and what was expected, `advice` (may be empty) what to write; `meant` is the whole
    schedule where there is only one that it can mean; `start` and `end` are character offsets of the offending part.
    """

    def __init__(self, message: str, start: int, end: int, advice: Wording = "", meant: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.meant = meant
        self.start = start
        self.end = end

    @property
    def hint(self) -> str:
        """The advice as it reads where schedules stand in AWS's own notation."""
        return worded(self.advice, {})
