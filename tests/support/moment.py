"""The moment that tests judge at, unless what they try depends on another one."""

from __future__ import annotations

from datetime import UTC, datetime

AT = datetime(2026, 9, 13, 7, 0, tzinfo=UTC)
