"""How fast the engine is, beside what else there is: `python -m benchmarks`, from the top of the repository.

Everything is generated from a seed and measured in one run. `docs/performance.md` shows the last run and the method.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

# The oracle lives with the tests; it is on their path there, and here.
if str(ROOT / "tests") not in sys.path:
    sys.path.append(str(ROOT / "tests"))
