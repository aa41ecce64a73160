"""`policyengine schedule`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from policyengine.aws.deployment import Plan, calendar, clock_changes, deploy
from policyengine.aws.merge import AccountPolicy, Effective
from policyengine.aws.organization import Organization
from policyengine.base.errors import UsageError
from policyengine.base.text import suggestion
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirOption,
    Format,
    FormatOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, Output, progress
from policyengine.cli.resolution import HypotheticalOption, Resolution, refused, resolve_accounts
from policyengine.report.json_output import stamp
from policyengine.report.schedule import as_json, terminal
from policyengine.report.schedule.zone import Zone

_SHOWN = 3
_MOST_DAYS = 366
_OF_THE_MACHINE = {"localtime"}  # no zone, but a link to one


def schedule(  # noqa: PLR0913 - the options of interface.md section 3
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An id, path or name.")],
    *,
    days: Annotated[int, typer.Option("--days", metavar="N", help="How many days ahead, 366 at most.")] = 7,
    zone: Annotated[
        str | None,
        typer.Option("--zone", metavar="ZONE", help="A clock beside UTC: Europe/Amsterdam.", show_default=False),
    ] = None,
    hypothetical: HypotheticalOption = False,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The runs to come of an account's backup plans: when, what is suppressed, the longest gap."""
    to, when = Output(form, output, quiet, color), moment(at)
    if not 0 < days <= _MOST_DAYS:
        raise UsageError(f"--days {days}: expected 1 to {_MOST_DAYS}")
    _check_zone(zone)
    with progress("resolving", quiet=quiet):
        project = load_inputs(None, option, snapshot)
        resolution = resolve_accounts(project, [account], when, only_project=only_project)
        if len(resolution.accounts) > 1:
            raise UsageError(_several(account, resolution))
    organization = resolution.organization
    if organization is None or (resolution.findings and not hypothetical):
        to.write(refused(as_json.SCHEMA, resolution, to, stamp(when)))
        return COULD_NOT_JUDGE
    outcome = resolution.accounts[0]
    plans = _published(organization, outcome, when)
    if not to.silent:
        runs, marked = calendar(plans, when, days), bool(resolution.hypothetical)
        clock = _zone(zone, runs.start, runs.end)
        if to.format is Format.JSON:
            to.write(as_json.render(outcome, runs, stamp(when), zone=clock, hypothetical=marked))
        else:
            to.write(
                terminal.render(outcome, runs, zone=clock, hypothetical=marked, color=to.colored, columns=to.width)
            )
    return CLEAN


def _published(organization: Organization, outcome: AccountPolicy, at: datetime) -> list[Plan]:
    """The plans that AWS serves the account. Raises `UsageError` where the snapshot lacks them."""
    (view,) = deploy(organization, Effective((outcome,), ()), at=at).published
    if view.withheld:
        raise UsageError(
            f"{outcome.account.path}: its effective policy is invalid, so AWS keeps the last valid one, and the"
            f" snapshot does not have that (last_valid); `policyengine effective {outcome.account.id}` shows the errors"
        )
    return [deployed.plan for deployed in view.plans]


def _several(argument: str, resolution: Resolution) -> str:
    shown = [f"{outcome.account.id} ({outcome.account.path})" for outcome in resolution.accounts[:_SHOWN]]
    return f"{argument}: {len(resolution.accounts):,} accounts match; schedule takes one: {', '.join(shown)}"


def _check_zone(name: str | None) -> None:
    """Raises `UsageError` for a zone that the time zone database does not have."""
    from zoneinfo import available_timezones

    if name is not None and name not in (zones := available_timezones() - _OF_THE_MACHINE):
        advice = suggestion(name, zones) or "expected a name such as Europe/Amsterdam"
        raise UsageError(f"--zone {name}: no such time zone; {advice}")


def _zone(name: str | None, start: datetime, end: datetime) -> Zone | None:
    from zoneinfo import ZoneInfo

    if name is None:
        return None
    clock = ZoneInfo(name)
    return Zone(name, clock, clock_changes(clock, start, end))
