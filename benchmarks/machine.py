"""Where the figures come from: the machine, and the versions of what was measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PEERS = ("celine-regorus", "deepmerge", "jsonmerge", "python-hcl2")
_LIBRARIES = ("backup-policyengine", "lark", "networkx", "pydantic", "rich", "typer")


def machine() -> dict[str, str]:
    """What the figures depend on beside the code."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def versions() -> dict[str, str]:
    """The versions of the packages that take part; of a peer that is missing, that it is."""
    return {name: _version(name) for name in (*_LIBRARIES, *PEERS)}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or "unknown"
