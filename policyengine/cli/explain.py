"""`policyengine explain`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from policyengine.aws.merge import AccountPolicy, Leaf
from policyengine.aws.setting_words import in_words, leads_to
from policyengine.base.errors import UsageError
from policyengine.base.text import suggestion
from policyengine.cli.options import (
    AtOption,
    Color,
    ColorOption,
    DirOption,
    Format,
    FormatOption,
    InventoryOption,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, COULD_NOT_JUDGE, Output, progress
from policyengine.cli.resolution import HypotheticalOption, refused, resolve_accounts
from policyengine.report.explain import SCHEMA, as_json, terminal
from policyengine.report.json_output import stamp


def explain(  # noqa: PLR0913 - the options of interface.md section 3
    account: Annotated[
        str | None, typer.Argument(metavar="ACCOUNT", help="An id, path or name.", show_default=False)
    ] = None,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="PATH",
            help="Only values there: plans/daily, or `plan daily/rule nightly/retain`.",
            show_default=False,
        ),
    ] = None,
    *,
    resource: Annotated[
        str | None,
        typer.Option("--resource", metavar="ARN", help="Why plans protect this, or why not.", show_default=False),
    ] = None,
    inventory: InventoryOption = None,
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
    """Where every value of an account's policy comes from: the winner, and the losers with the reason."""
    to, when = Output(form, output, quiet, color), moment(at)
    _check_arguments(account, resource, inventory)
    if account is None:
        from policyengine.cli.resource_explained import explain_resource

        project = load_inputs(None, option, snapshot)
        return explain_resource(project, resource or "", inventory or (), to, when, only_project=only_project)
    with progress("resolving", quiet=quiet):
        project = load_inputs(None, option, snapshot)
        resolution = resolve_accounts(project, [account], when, only_project=only_project)
    if resolution.findings and not (hypothetical and resolution.accounts):
        to.write(refused(SCHEMA, resolution, to, stamp(when)))
        return COULD_NOT_JUDGE
    if len(resolution.accounts) > 1:
        raise UsageError(f"{account}: {len(resolution.accounts)} accounts match; explain takes one")
    outcome = resolution.accounts[0]
    leaves = _leaves(outcome, path)
    if not to.silent:
        to.write(_text(outcome, leaves, to, when, hypothetical=bool(resolution.hypothetical)))
    return CLEAN


def _text(outcome: AccountPolicy, leaves: Sequence[Leaf], to: Output, at: datetime, *, hypothetical: bool) -> str:
    if to.format is Format.JSON:
        return as_json(outcome, leaves, stamp(at), hypothetical=hypothetical)
    return terminal(outcome, leaves, hypothetical=hypothetical, color=to.colored, width=to.width)


def _check_arguments(account: str | None, resource: str | None, inventory: Sequence[Path] | None) -> None:
    """Raises `UsageError` unless an account or a resource is asked for, and not both."""
    if account is None and resource is None:
        raise UsageError("missing argument 'ACCOUNT'; see `policyengine explain --help`")
    if account is not None and (resource is not None or inventory):
        raise UsageError("--resource takes no ACCOUNT: the inventory says whose resource it is")


def _leaves(account: AccountPolicy, path: str | None) -> Sequence[Leaf]:
    leaves = tuple(account.resolved.root.leaves) if account.resolved and account.status != "disabled" else ()
    wanted = (path or "").strip("/")
    if not wanted:
        return leaves
    chosen = [leaf for leaf in leaves if leads_to(wanted, leaf.path)]
    if not chosen:
        advice = suggestion(wanted.lower(), [name for leaf in leaves for name in (leaf.path, in_words(leaf.path))])
        name = account.account.name
        if not leaves:
            off = "backup policies are not enabled in this organization" if account.status == "disabled" else ""
            raise UsageError(f"{path}: {name} has no values: {off or 'its effective policy is empty, or withheld'}")
        listed = f"`policyengine explain {account.account.id}` shows all values"
        raise UsageError(f"{path}: {name} has no value there; {advice or listed}")
    return chosen
