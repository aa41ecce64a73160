"""Between the language and AWS's documents: compiling files to policies, and policies back to a file.

Takes modules or a document, gives documents with the place of every key, or a module. Knows nothing of what AWS
admits, of the organization, or of layout. The way back is loaded when it is first asked for: few runs go there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from policyengine.language.compiler.compile import compile_policies, sound_policies
from policyengine.language.compiler.conversions import cron_text, years_advice
from policyengine.language.compiler.lets import Lets, collect_lets

if TYPE_CHECKING:
    from policyengine.language.compiler.decompiler import decompile

__all__ = ["Lets", "collect_lets", "compile_policies", "cron_text", "decompile", "sound_policies", "years_advice"]


def __getattr__(name: str) -> object:
    if name != "decompile":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.decompiler").decompile
