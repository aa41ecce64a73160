"""The families of findings, as reports for programs name them."""

from __future__ import annotations

FAMILIES = {
    "PE1": "language",
    "PE2": "admission",
    "PE3": "merging",
    "PE4": "effective",
    "PE5": "aws-backup",
    "PE6": "environment",
    "PE7": "requirements",
    "PE8": "waivers",
}
"""The name of each family by the first three characters of its codes."""

REQUIREMENTS = FAMILIES["PE7"]


def family(code: str) -> str:
    """The family of a code such as `PE301`: `merging`."""
    return FAMILIES[code[:3]]
