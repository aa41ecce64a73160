"""The measures by name, in the order in which they are taken and shown."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import Measurement
from benchmarks.measures.coverage import coverage
from benchmarks.measures.demands import demands
from benchmarks.measures.editing import editing
from benchmarks.measures.effective import effective
from benchmarks.measures.gate import gate
from benchmarks.measures.growth import growth
from benchmarks.measures.huge import huge
from benchmarks.measures.prove import prove
from benchmarks.measures.reading import reading
from benchmarks.measures.shapes import shapes
from benchmarks.measures.startup import startup
from benchmarks.scale import Scale

MEASURES: dict[str, Callable[[Scale], Measurement]] = {
    "effective": effective,
    "gate": gate,
    "demands": demands,
    "reading": reading,
    "growth": growth,
    "startup": startup,
    "editing": editing,
    "prove": prove,
}

ON_DEMAND: dict[str, Callable[[Scale], Measurement]] = {"coverage": coverage, "huge": huge, "shapes": shapes}
"""Measures that take many minutes: taken where they are named, and no part of the page."""
