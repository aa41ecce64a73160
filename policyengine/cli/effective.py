"""`policyengine effective`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from policyengine.base.errors import UsageError
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
from policyengine.report.effective import SCHEMA, as_json, terminal
from policyengine.report.json_output import stamp


def effective(  # noqa: PLR0913 - the options of interface.md section 3
    accounts: Annotated[
        list[str] | None,
        typer.Argument(metavar="ACCOUNT", help="Ids, paths or names; with * ? [ a pattern.", show_default=False),
    ] = None,
    *,
    all_accounts: Annotated[bool, typer.Option("--all", help="Every account.")] = False,
    distinct: Annotated[bool, typer.Option("--distinct", help="Write each different document once.")] = False,
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
    """The effective backup policy of accounts, as AWS would publish it."""
    if bool(accounts) == all_accounts:
        raise UsageError("name accounts or pass --all" if not accounts else "name accounts or pass --all, not both")
    to, when = Output(form, output, quiet, color), moment(at)
    with progress("resolving", quiet=quiet):
        project = load_inputs(None, option, snapshot)
        resolution = resolve_accounts(project, accounts, when, only_project=only_project)
    if resolution.findings and not (hypothetical and resolution.accounts):
        to.write(refused(SCHEMA, resolution, to, stamp(when)))
        return COULD_NOT_JUDGE
    if not to.silent:
        to.write(_render(resolution, to, stamp(when), distinct=distinct))
    return CLEAN


def _render(resolution: Resolution, to: Output, at: str, *, distinct: bool) -> str | Iterable[str]:
    if to.format is Format.JSON:
        return as_json(resolution.accounts, at, distinct=distinct, hypothetical=resolution.hypothetical)
    return terminal(
        resolution.accounts, distinct=distinct, hypothetical=resolution.hypothetical, color=to.colored, width=to.width
    )
