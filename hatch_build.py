"""Builds the parser's tables when a wheel or an editable install is made, so that no start-up has to.

Runs where only hatchling and lark are installed: it loads the one file that knows how, and not the package.
"""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ParserTables(BuildHookInterface[Any]):
    """The hook that hatchling calls; see `[tool.hatch.build.targets.wheel.hooks.custom]`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes the tables beside the parser. Takes what hatchling gives, and needs none of it."""
        del version, build_data
        root = Path(self.root)
        grammar = (root / "grammar" / "policy.lark").read_text(encoding="utf-8")
        room = root / "policyengine" / "language" / "syntax"
        (room / "tables.bin").write_bytes(_build(room / "tables.py", grammar))


def _build(file: Path, grammar: str) -> bytes:
    spec = spec_from_file_location("parser_tables", file)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{file} cannot be loaded")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    tables: bytes = module.build(grammar)
    return tables
