"""The measures by name, in the order in which they are taken and shown."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import Measurement
from benchmarks.measures.editing import editing
from benchmarks.measures.effective import effective
from benchmarks.measures.gate import gate
from benchmarks.measures.growth import growth
from benchmarks.measures.reading import reading
from benchmarks.measures.shapes import shapes
from benchmarks.measures.startup import startup
from benchmarks.scale import Scale

MEASURES: dict[str, Callable[[Scale], Measurement]] = {
    "effective": effective,
    "gate": gate,
    "reading": reading,
    "growth": growth,
    "startup": startup,
    "editing": editing,
}

ON_DEMAND: dict[str, Callable[[Scale], Measurement]] = {"shapes": shapes}
"""Measures that are taken where they are named, and are no part of the page."""
