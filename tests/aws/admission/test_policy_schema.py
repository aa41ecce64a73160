"""Which setting stands at a path of a document."""

from __future__ import annotations

import pytest

from policyengine.aws.admission import setting_at


@pytest.mark.parametrize(
    ("path", "setting"),
    [
        ("plans/daily/regions", "regions"),
        ("Plans/daily/REGIONS", "regions"),
        ("plans/daily/rules/nightly/lifecycle/delete_after_days", "delete_after_days"),
        ("plans/daily/selections/resources/all/conditions/string_like/c/condition_key", "condition_key"),
        ("plans/daily/regions/eu-west-1", None),
        ("plans/daily/rules/nightly", None),
        ("plans/daily/zones", None),
        ("more", None),
    ],
)
def test_the_setting_at_a_path(path: str, setting: str | None) -> None:
    row = setting_at(tuple(path.split("/")))
    assert (row.aws_key if row else None) == setting
