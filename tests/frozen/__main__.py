"""`python -m tests.frozen BASE [HEAD]`: every output of one version of the project beside that of another."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1])]
    from frozen.comparison import main

    sys.exit(main())
