"""The table of settings: what it declares twice, leaves out or names without anybody knowing fails at import."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from policyengine.aws.admission import setting_at
from policyengine.aws.setting_rows import ANY, Better, Kind, complete
from policyengine.aws.settings import COLD_AFTER, RETAIN, SCAN, TAG_VALUE, WINDOWS_VSS, below, places, settings


def test_every_setting_stands_at_places_of_its_own() -> None:
    found = Counter(path for _, path in places())
    assert max(found.values()) == 1
    assert {row for row, _ in places()} == set(settings())


def test_a_setting_is_found_by_its_path_in_a_document() -> None:
    assert setting_at(("plans", "Daily", "rules", "nightly", "lifecycle", "Delete_After_Days")) is RETAIN
    assert setting_at(("plans", "p", "rules", "r", "scan_actions", "guardduty", "scan_mode")) is SCAN
    assert setting_at(("plans", "p", "backup_plan_tags", "Owner", "tag_value")) is TAG_VALUE
    assert setting_at(("plans", "p", "rules", "r", "lifecycle")) is None
    assert setting_at(("plans", "p", "nothing", "at", "all")) is None


def test_a_block_has_the_settings_of_plain_blocks_in_it() -> None:
    assert dict(below("plan"))[WINDOWS_VSS] == ("advanced_backup_settings", "ec2", "windows_vss")
    assert COLD_AFTER in dict(below("rule"))
    assert all(ANY not in path for _, path in below("rule"))


def test_a_table_that_lacks_a_kind_fails() -> None:
    with pytest.raises(LookupError, match="no entry for MORE of Better"):
        complete({Better.LESS: 1, Better.NEITHER: 2}, Better, Better.UNRANKED)
    assert complete({kind: kind.value for kind in Kind}, Kind)[Kind.BOOLEAN] == "boolean"


@pytest.mark.parametrize(
    ("row", "module", "error"),
    [
        (
            'SettingRow("tag selection", "depth", ("d",), ValueFormat(Kind.BOOLEAN), attribute="depth")',
            "requirements.attributes",
            "no element has the attribute depth",
        ),
        (
            'SettingRow("tag selection", "depth", ("d",), ValueFormat(Kind.BOOLEAN), better=Better.MORE)',
            "diff.orderings",
            "nothing compares depth",
        ),
        (
            'SettingRow("rule", "depth", ("d",), ValueFormat(Kind.TEXT, most=9), better=Better.MORE)',
            "diff.orderings",
            "KeyError: <Better.MORE",
        ),
    ],
)
def test_a_row_that_nobody_reads_fails_at_import(row: str, module: str, error: str) -> None:
    program = f"""
from policyengine.aws import settings
from policyengine.aws.setting_rows import Better, ValueFormat, Kind, SettingRow
settings.ROWS = (*settings.ROWS, {row})
import policyengine.analysis.{module}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert error in done.stderr


def test_each_setting_stands_on_the_page_of_the_language() -> None:
    page = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
    written = [row.key for row in settings() if row.block != "where"]
    assert [key for key in written if not re.search(rf"\b{key}\b", page)] == []
