"""Policy as code for AWS Organizations backup policies: the doors for Python programs.

    >>> import policyengine
    >>> outcome = policyengine.parse(policyengine.Source("a.bpol", "policy a { }"))

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyengine.admission import admit as admit
    from policyengine.checks import run_checks as run_checks
    from policyengine.compiler import compile_policies as compile_policies
    from policyengine.compiler import decompile as decompile
    from policyengine.effective import resolve as resolve
    from policyengine.engine import evaluate as evaluate
    from policyengine.findings import settle as settle
    from policyengine.model import read_snapshot as read_snapshot
    from policyengine.organization import attach as attach
    from policyengine.source import Source as Source
    from policyengine.syntax import format_module as format_module
    from policyengine.syntax import parse as parse
    from policyengine.workspace import load_project as load_project

__version__ = "0.1.0"

_DOORS = {
    "Source": "source",
    "admit": "admission",
    "attach": "organization",
    "compile_policies": "compiler",
    "decompile": "compiler",
    "evaluate": "engine",
    "format_module": "syntax",
    "load_project": "workspace",
    "parse": "syntax",
    "read_snapshot": "model",
    "resolve": "effective",
    "run_checks": "checks",
    "settle": "findings",
}

__all__ = [
    "Source",
    "admit",
    "attach",
    "compile_policies",
    "decompile",
    "evaluate",
    "format_module",
    "load_project",
    "parse",
    "read_snapshot",
    "resolve",
    "run_checks",
    "settle",
]


def __getattr__(name: str) -> object:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"policyengine.{_DOORS[name]}"), name)
