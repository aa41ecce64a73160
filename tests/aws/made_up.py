"""The command with settings that AWS does not have: rows put into the table before anything is derived from it.

`python made_up.py` is `policyengine` in a world in which AWS has them: each line of its input has the arguments of a
call as JSON, and each line of its output the exit code with what was printed and what was said of errors.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from types import MappingProxyType

from policyengine.aws import settings
from policyengine.aws.setting_rows import Better, BlockRow, Kind, SettingRow, ValueFormat

MOODS = ("calm", "merry", "wild")

MADE_UP: tuple[SettingRow | BlockRow, ...] = (
    SettingRow(
        "rule",
        "flash_freeze",
        ("enable_flash_freeze",),
        ValueFormat(Kind.BOOLEAN),
        attribute="flash_freeze",
        noun="flash freeze",
        phrase="flash freeze",
        better=Better.MORE,
    ),
    SettingRow(
        "rule",
        "settle_within",
        ("settle_window_hours",),
        ValueFormat(Kind.NUMBER, unit="hours", least=2, most=72, longest=72),
        default="72",
        attribute="settle_within",
        noun="settling window",
        better=Better.LESS,
    ),
    SettingRow(
        "plan",
        "moods",
        ("mood_types",),
        ValueFormat(Kind.CHOICE, many=True, choices=MOODS),
        words=MappingProxyType({mood: mood for mood in MOODS}),
        attribute="moods",
        noun="moods",
        phrase="the list of moods",
        better=Better.MORE,
    ),
    BlockRow("rule", "shield", ("shield_settings",)),
    SettingRow(
        "shield",
        "armed",
        ("shield_state",),
        ValueFormat(Kind.SWITCH, choices=("enabled", "disabled")),
        attribute="shield_armed",
        noun="shield",
        better=Better.MORE,
    ),
    SettingRow(
        "shield",
        "hold",
        ("hold", "hold_after_days"),
        ValueFormat(Kind.NUMBER, unit="days", least=1, longest=365),
        attribute="shield_hold",
        noun="hold of the shield",
        better=Better.MORE,
    ),
)


def serve() -> None:
    """Answers calls until the input ends."""
    from policyengine.cli.app import run  # noqa: PLC0415 - derives from the table

    for line in sys.stdin:
        out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = run(json.loads(line))
        printed = [stream.buffer.getvalue().decode() for stream in (out, err)]
        sys.stdout.write(json.dumps([code, *printed]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    settings.ROWS = (*settings.ROWS, *MADE_UP)
    serve()
