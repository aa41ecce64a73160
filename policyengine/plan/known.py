"""What nobody knows, kept apart from what is not there."""

from __future__ import annotations

import math
from enum import Enum
from typing import Final, TypeAlias, TypeVar

T = TypeVar("T")


class Unknown(Enum):
    """The one value for a fact that the snapshot does not tell: nobody looked."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

Known: TypeAlias = T | Unknown

Minutes: TypeAlias = float
"""A duration in minutes, whole or `FOREVER`."""

FOREVER: Final = math.inf
DAY: Final = 24 * 60
