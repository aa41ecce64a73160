"""`policyengine alarms`."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from policyengine.analysis.alarms import (
    AlarmPlan,
    accounts_with_vaults,
    alarm_plans,
    template_changes,
    unknown_accounts,
)
from policyengine.aws.documents import Json, kind_in_words
from policyengine.base.errors import UnreadableError, UsageError
from policyengine.base.text import listed, quoted
from policyengine.cli.deployed import RefusedProject, deployed_project, read_json
from policyengine.cli.options import (
    AlarmsFormat,
    AtOption,
    Color,
    ColorOption,
    DirArgument,
    DirOption,
    Format,
    OnlyProjectOption,
    OutputOption,
    QuietOption,
    SnapshotOption,
    load_inputs,
    moment,
)
from policyengine.cli.output import CLEAN, FAILED, Output, progress
from policyengine.files import write_folder
from policyengine.report.alarms import as_json, terminal
from policyengine.report.json_output import stamp, to_json

_TEMPLATE = "a template, as `policyengine alarms --out DIR` writes it and `aws cloudformation get-template` prints it"
_MOST_RESOURCES = 500  # of a template of CloudFormation


def alarms(  # noqa: PLR0913 - the options of interface.md section 3
    directory: DirArgument = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the templates and a list of them here.", show_default=False),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option("--check", metavar="FILE", help="Compare a deployed template instead.", show_default=False),
    ] = None,
    option: DirOption = None,
    snapshot: SnapshotOption = None,
    only_project: OnlyProjectOption = False,
    at: AtOption = None,
    form: Annotated[AlarmsFormat, typer.Option("--format", help="What the templates are for.")] = (
        AlarmsFormat.CLOUDFORMATION
    ),
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """Templates of alarms for the vaults that plans use. With --check exit 1 where a template differs."""
    to, when = Output(Format.TERMINAL, output, quiet, color), moment(at)
    if (out is None) == (check is None):
        raise UsageError("alarms needs --out DIR to write templates into, or --check FILE to compare one")
    with progress("planning", quiet=quiet):
        project = load_inputs(directory, option, snapshot)
        deployed = deployed_project(project, when, only_project=only_project)
        if isinstance(deployed, RefusedProject):
            return deployed.written(as_json.SCHEMA, to, when, key="templates")
        plans = alarm_plans(accounts_with_vaults(deployed.deployment))
        unknown = unknown_accounts(deployed.deployment)
        renderer = form.renderer
        templates = {plan.name: _template(plan, renderer) for plan in plans}
    if check is not None:
        return _check(check, templates, renderer, to)
    if out is not None:
        files = {f"{name}{renderer.SUFFIX}": to_json(template) for name, template in templates.items()}
        index = as_json.render(plans, stamp(when), unknown, renderer.SUFFIX)
        write_folder(out, {**files, as_json.NAME: index})
    enabled, suffix = deployed.organization.backup_policies_enabled, renderer.SUFFIX
    text = terminal.render(plans, unknown, suffix, enabled=enabled, color=to.colored, width=to.width)
    to.write("" if to.silent else text)
    return CLEAN


def _template(plan: AlarmPlan, renderer: ModuleType) -> Json:
    number = len(plan.events) + len(plan.alarms) + len(plan.age_rules)
    if number > _MOST_RESOURCES:
        raise UsageError(
            f"{plan.name}: {number:,} alarms and rules, a template takes {_MOST_RESOURCES}: the plans of its accounts"
            " use too many vaults"
        )
    template: Json = renderer.template(plan)
    return template


def _check(file: Path, templates: dict[str, Json], renderer: ModuleType, to: Output) -> int:
    deployed = _deployed(file)
    name = renderer.name_of(deployed) or file.name.removesuffix(renderer.SUFFIX)
    if name not in templates:
        names = listed(templates, "or") or "none"
        found = f"that of {quoted(name)}" if renderer.name_of(deployed) else kind_in_words(deployed)
        advice = "`policyengine alarms --out DIR` writes them"
        raise UsageError(
            f"--check {file}: expected a template of this command, which now writes {names}, found {found}; {advice}"
        )
    changes = tuple(template_changes(templates[name], deployed))
    to.write("" if to.silent else terminal.render_changes(str(file), name, changes, color=to.colored, width=to.width))
    return FAILED if changes else CLEAN


def _deployed(file: Path) -> Json:
    """A template, also as `aws cloudformation get-template` prints it."""
    value = read_json(file, _TEMPLATE)
    body = value.get("TemplateBody") if isinstance(value, dict) else None
    if isinstance(body, str):
        try:
            parsed: Json = json.loads(body)
        except (ValueError, RecursionError) as fault:
            raise UnreadableError(f"{file}: TemplateBody: this is not JSON; expected {_TEMPLATE}") from fault
        return parsed
    return value if body is None else body
