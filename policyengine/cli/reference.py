"""`policyengine rules` and `policyengine schema`: the catalogue of rules, and the schemas of inputs and outputs."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated, Any

import typer

from policyengine.analysis.findings.baseline import baseline_schema
from policyengine.analysis.findings.registry import RULES
from policyengine.analysis.requirements import PackPage, pack_names, pack_page
from policyengine.aws.resources.inventory_settings import inventory_schema
from policyengine.aws.snapshot import snapshot_schema
from policyengine.base import pack_url, page_url
from policyengine.base.errors import UsageError
from policyengine.base.rules import Rule
from policyengine.base.text import suggestion
from policyengine.cli.options import Color, ColorOption, DirOption, Format, FormatOption, OutputOption, QuietOption
from policyengine.cli.output import CLEAN, Output
from policyengine.files import write_folder
from policyengine.report.json_output import to_json
from policyengine.report.output_schemas import OUTPUTS, output_schema
from policyengine.report.rules import catalogue_json, catalogue_text, pack_json, page_json, pages

_OWN_FILE = re.compile(r"\]\((?=[a-z][a-z0-9./-]*\))")  # a link to what lies beside a page
_WIDEST = 100  # columns of a text that people read


def rules(  # noqa: PLR0913 - the options of interface.md section 3
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A check's name or code, or a pack's name.", show_default=False)
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write every page and an index, as Markdown.", show_default=False),
    ] = None,
    option: DirOption = None,  # noqa: ARG001 - every command takes it; this one reads no project
    form: FormatOption = Format.TERMINAL,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The catalogue of findings and of packs, or the page of one, set out on a terminal and as Markdown elsewhere."""
    to = Output(form, output, quiet, color)
    if out:
        write_folder(out, pages(RULES))
        return CLEAN
    if name is None:
        packs = [pack_page(pack) for pack in pack_names()]
        to.show(
            catalogue_json(RULES, packs)
            if form is Format.JSON
            else catalogue_text(RULES, packs, color=to.colored, width=to.width)
        )
        return CLEAN
    named = _find(name)
    if form is Format.JSON:
        to.write(page_json(named) if isinstance(named, Rule) else pack_json(named))
    else:
        text = named.page.text if isinstance(named, Rule) else named.text
        to.show(_for_people(named, text, to) if to.on_terminal and not to.silent else text)
    return CLEAN


def _for_people(named: Rule | PackPage, page: str, to: Output) -> str:
    from policyengine.report.terminal_markdown import rendered

    if isinstance(named, Rule):
        page = page.replace("](../", f"]({page_url('')}")  # pages beside those of the rules
    else:
        page = _OWN_FILE.sub(f"]({pack_url(named.name)}", page)
    return rendered(page, columns=min(get_terminal_size().columns, _WIDEST), color=to.colored)


def _find(name: str) -> Rule | PackPage:
    for rule in RULES:
        if name.lower() == rule.name or name.upper() == rule.code:
            return rule
    if name.lower() in pack_names():
        return pack_page(name.lower())
    advice = suggestion(name, [*(rule.name for rule in RULES), *pack_names()]) or "`policyengine rules` lists them"
    raise UsageError(f"{name}: no such check or pack; {advice}")


def _usage_schema() -> dict[str, Any]:
    from policyengine.cost_inputs import usage_schema

    return usage_schema()


_INPUTS = {
    "snapshot": snapshot_schema,
    "baseline": baseline_schema,
    "inventory": inventory_schema,
    "usage": _usage_schema,
}


def schema_names() -> tuple[str, ...]:
    """The names of the schemas that `schema` prints."""
    return (*_INPUTS, *sorted(OUTPUTS))


def schema(  # noqa: PLR0913 - the options of interface.md section 3
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="snapshot, baseline, inventory, or an output such as check.")
    ],
    *,
    option: DirOption = None,  # noqa: ARG001 - every command takes it; this one reads no project
    form: FormatOption = Format.JSON,
    output: OutputOption = None,
    quiet: QuietOption = False,
    color: ColorOption = Color.AUTO,
) -> int:
    """The JSON Schema of an input or of a command's JSON output, which is JSON for people too."""
    if name not in schema_names():
        advice = suggestion(name, schema_names()) or f"there are {', '.join(schema_names())}"
        raise UsageError(f"{name}: no such schema; {advice}")
    chosen = _INPUTS[name]() if name in _INPUTS else output_schema(name)
    Output(form, output, quiet, color).write(to_json(chosen))
    return CLEAN
