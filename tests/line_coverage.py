"""What share of the package's lines and branches the gate's tests ran: `python -m tests.line_coverage`, after them.

Reads what `slipcover` counted, and fails below the floor. The lines that no test ran are printed by
`slipcover --merge .coverage.json --out .coverage.json --skip-covered`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

COUNTS = Path(__file__).parents[1] / ".coverage.json"
FLOOR = 95


def main() -> int:
    """Prints the share of lines and branches in percent; 1 when it is below the floor."""
    share = json.loads(COUNTS.read_bytes())["summary"]["percent_covered"]
    sys.stdout.write(f"{share:.1f} % of lines and branches ran, expected at least {FLOOR} %\n")
    return int(share < FLOOR)


if __name__ == "__main__":
    sys.exit(main())
