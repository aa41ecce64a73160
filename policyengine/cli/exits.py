"""Exit codes (interface.md section 3)."""

CLEAN = 0
FAILED = 1
COULD_NOT_JUDGE = 2
INTERRUPTED = 130
