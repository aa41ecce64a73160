"""Shapes: how the time of a check grows with one thing at a time, in organizations that nobody had in mind.

Each check runs in a process of its own, so that the memory is its own as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from subprocess import TimeoutExpired

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.shapes import SHAPES, Shape
from benchmarks.measures.growth import exponent
from benchmarks.scale import Scale
from benchmarks.timing import Process, run_python

_ALMOST_LINEAR = 1.1
_SLOWEST = 30  # seconds of the largest size
_LARGEST = 2_000  # MB of the largest size
_STARTS = 3  # the first one may compile modules
_LEAST = 0.05  # seconds: what is less cannot be told from the noise of a start


def shapes(scale: Scale) -> Measurement:
    """Time, memory and exponent of each shape; what a process takes for a project of one account does not count."""
    start = min(run_python(_command("vaults", 1)).cpu for _ in range(_STARTS))
    figures: list[Figure] = []
    goals: list[Goal] = []
    for name, shape in SHAPES.items():
        found = _taken(name, shape, scale)
        figures += _figures(name, shape, found, start)
        goals += _goals(name, found, start)
    return Measurement("shapes", "Shapes", tuple(figures), tuple(goals))


def _taken(name: str, shape: Shape, scale: Scale) -> dict[int, Process | None]:
    """What each size takes; None for one that does not end in time, and then larger ones are not tried."""
    found: dict[int, Process | None] = {}
    for size in shape.sizes[: scale.shapes]:
        try:
            found[size] = run_python(_command(name, size))
        except TimeoutExpired:
            found[size] = None
            break
    return found


def _command(name: str, size: int) -> tuple[str, ...]:
    return "-m", "benchmarks.inputs.shapes", name, str(size)


def _figures(name: str, shape: Shape, found: Mapping[int, Process | None], start: float) -> Iterator[Figure]:
    for size, process in found.items():
        if process:
            note = f"{process.memory:,.0f} MB"
            yield Figure(f"{name}: {size:,} {shape.title}", _beyond(process, start), "s", note)
        else:
            yield Figure(f"{name}: {size:,} {shape.title}", float("inf"), "s", "given up")
    curve = _curve(found, start)
    if len(curve) > 1:
        yield Figure(f"{name}: exponent", exponent(curve), "exponent")


def _goals(name: str, found: Mapping[int, Process | None], start: float) -> Iterator[Goal]:
    last = list(found.values())[-1]
    curve = _curve(found, start)
    if len(curve) > 1:
        yield Goal(f"growth of {name}", exponent(curve), _ALMOST_LINEAR, "exponent")
    yield Goal(f"largest of {name}", _beyond(last, start) if last else float("inf"), _SLOWEST, "s")
    yield Goal(f"memory of {name}", last.memory if last else float("inf"), _LARGEST, "MB")


def _curve(found: Mapping[int, Process | None], start: float) -> dict[int, float]:
    """Seconds by size, of those that take some time."""
    taken = {size: _beyond(process, start) for size, process in found.items() if process}
    return {size: seconds for size, seconds in taken.items() if seconds >= _LEAST}


def _beyond(process: Process, start: float) -> float:
    return process.cpu - start
