"""Proofs: what policies further down could do to a requirement, for 2,000 accounts."""

from __future__ import annotations

from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.organizations import organization
from benchmarks.inputs.projects import write_stored
from benchmarks.scale import Scale
from benchmarks.timing import run_python

_ASKING = """
require kept "Everything is kept for a month" { assert every rule satisfies rule.retention >= 30 days }
require copied "Every plan leaves its Region" { assert every plan satisfies some copy satisfies copy.cross_region }
require locked "Vaults are locked" { assert every rule satisfies rule.vault.lock != none }
"""
_SLOWEST = 30.0  # seconds


def prove(scale: Scale) -> Measurement:
    """CPU time and peak memory of `prove` on three requirements; infinite where it does not end in five minutes."""
    with TemporaryDirectory() as folder:
        project = write_stored(Path(folder), organization(scale.proved, scale.seed), _ASKING)
        command = ("-m", "policyengine", "prove", "--quiet", str(project))
        of = f"prove, {scale.proved.accounts:,} accounts, three requirements"
        try:
            process = run_python(command, (0, 1))
        except TimeoutExpired:
            figures = (Figure(f"{of}, CPU", float("inf"), "s", "given up"),)
        else:
            figures = (Figure(f"{of}, CPU", process.cpu, "s", f"{process.memory:,.0f} MB"),)
    return Measurement("prove", "Proofs", figures, (Goal(of, figures[0].value, _SLOWEST, "s"),))
