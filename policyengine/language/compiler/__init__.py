"""Compiles syntax trees to AWS's documents, with the origin of every key, and documents back to syntax trees.

It does not know what AWS admits, the organization, or layout. What only `import` takes is imported on first use, since
most commands only compile.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from policyengine.language.compiler.compile import compile_policies, sound_policies
from policyengine.language.compiler.conversions import cron_text, years_advice
from policyengine.language.compiler.lets import LONGEST_LIST, Lets, collect_lets, dated_waivers, text_meant

if TYPE_CHECKING:
    from policyengine.language.compiler.decompiler import decompile
    from policyengine.language.compiler.shared_blocks import with_templates
    from policyengine.language.compiler.written_values import setting_text, value_as_written

__all__ = [
    "LONGEST_LIST",
    "Lets",
    "collect_lets",
    "compile_policies",
    "cron_text",
    "dated_waivers",
    "decompile",
    "setting_text",
    "sound_policies",
    "text_meant",
    "value_as_written",
    "with_templates",
    "years_advice",
]


def __getattr__(name: str) -> object:
    if name not in _OF_IMPORT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OF_IMPORT[name]}"), name)


_OF_IMPORT = {
    "decompile": "decompiler",
    "setting_text": "written_values",
    "value_as_written": "written_values",
    "with_templates": "shared_blocks",
}
