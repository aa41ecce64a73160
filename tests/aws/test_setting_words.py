"""Paths of settings in the language's words."""

from __future__ import annotations

import pytest

from policyengine.aws.setting_rows import ANY
from policyengine.aws.setting_words import in_words, leads_to, path_steps
from policyengine.aws.settings import places

COPY = "plans/daily/rules/nightly/copy_actions/arn:aws:backup:eu-west-1:$account:backup-vault:dr"
PLACES = ["/".join("x" if key == ANY else key.lower() for key in path) for _, path in places()]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("plans/daily/regions", "plan daily/regions"),
        ("plans/a~1b/rules/rule/lifecycle/delete_after_days", "plan a/b/rule rule/retain"),
        (f"{COPY}/lifecycle/delete_after_days", f"plan daily/rule nightly/copy {COPY.rpartition('/')[2]}/retain"),
        ("plans/daily/advanced_backup_settings/ec2/windows_vss", "plan daily/advanced/windows_vss"),
        ("plans/daily/rules/nightly/brand_new/setting", "plan daily/rule nightly/brand_new/setting"),
        ("plans", "plans"),
        ("other/thing", "other/thing"),
    ],
)
def test_a_path_in_words(path: str, words: str) -> None:
    assert in_words(path) == words


@pytest.mark.parametrize("path", PLACES)
def test_every_setting_has_a_row_and_is_what_both_its_paths_lead_to(path: str) -> None:
    steps = path_steps(path)
    assert all(step.row for step in steps)
    assert "/".join(step.place for step in steps if step.keys[0] != "plans") == path.split("/", 2)[2]
    assert leads_to(path.upper(), path)
    assert leads_to(in_words(path), path)
    assert leads_to("plans/x", path)


@pytest.mark.parametrize(
    "wanted", ["plan", "plan b", "rules", "plan a/rule", "plan a/rule b/vault", "plan a/rule b/retain/x"]
)
def test_what_leads_elsewhere(wanted: str) -> None:
    path = "plans/a/rules/b/lifecycle/delete_after_days"
    assert leads_to(wanted, path) is (wanted in {"plan", "plan a/rule"})
