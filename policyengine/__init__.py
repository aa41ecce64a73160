"""Policy as code for AWS Organizations backup policies: the doors for Python programs.

    >>> import policyengine
    >>> outcome = policyengine.parse(policyengine.Source("a.bpol", "policy a { }"))

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from policyengine.base import VERSION

if TYPE_CHECKING:
    from policyengine.analysis.checks import run_checks as run_checks
    from policyengine.analysis.findings import settle as settle
    from policyengine.aws.admission import admit as admit
    from policyengine.aws.merge import resolve as resolve
    from policyengine.aws.organization import attach as attach
    from policyengine.aws.snapshot import read_snapshot as read_snapshot
    from policyengine.base.source import Source as Source
    from policyengine.engine import evaluate as evaluate
    from policyengine.language.compiler import compile_policies as compile_policies
    from policyengine.language.compiler import decompile as decompile
    from policyengine.language.syntax import format_module as format_module
    from policyengine.language.syntax import parse as parse
    from policyengine.project import load_project as load_project

__version__ = VERSION

_DOORS = {
    "Source": "base.source",
    "admit": "aws.admission",
    "attach": "aws.organization",
    "compile_policies": "language.compiler",
    "decompile": "language.compiler",
    "evaluate": "engine",
    "format_module": "language.syntax",
    "load_project": "project",
    "parse": "language.syntax",
    "read_snapshot": "aws.snapshot",
    "resolve": "aws.merge",
    "run_checks": "analysis.checks",
    "settle": "analysis.findings",
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
