"""The moment that everything is judged for, so that two runs do the same."""

from __future__ import annotations

from datetime import UTC, datetime

AT = datetime(2026, 10, 1, tzinfo=UTC)
