"""`drift` from end to end: each cause on the fake AWS, which publishes what the oracle gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from analysis.drift.drifted import LAB, PROJECT, RECORDED, SHOP, TWO, Aws, policy
from fake_aws import FakeAws, state_of
from fake_aws.short_way import short_way

from cli.command import Command

Mutation = Callable[[Aws], None]


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeAws]:
    with FakeAws(Aws().tree()) as aws, short_way(aws):
        yield aws


@pytest.fixture(autouse=True)
def _credentials(fake: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in fake.environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "backup.bpol").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "organization.json").write_text(RECORDED.text, encoding="utf-8")
    return tmp_path


def causes(policyengine: Command, folder: Path, *arguments: str) -> tuple[int, list[str]]:
    ran = policyengine.json("drift", folder, *arguments)
    assert ran.out, ran.err
    return ran.code, [each["cause"] for each in ran.json["differences"]]


def edit(aws: Aws) -> None:
    aws.retain("baseline", "daily", "7")


def spell(aws: Aws) -> None:
    aws.retain("baseline", "daily", 35)


def delete(aws: Aws) -> None:
    del aws.documents["finance"], aws.attached["Workloads"]


def add_foreign(aws: Aws) -> None:
    aws.documents |= Aws(policy("other", plan="other")).documents
    aws.attached["Sandbox"] = ["other"]


def detach(aws: Aws) -> None:
    aws.attached["Workloads"] = []


def attach_outside(aws: Aws) -> None:
    aws.attached[LAB] = ["finance"]


def move(aws: Aws) -> None:
    aws.parents[SHOP] = "Sandbox"


def break_it(aws: Aws) -> None:
    aws.setting("finance", "ledger", "rules", "nightly").pop("target_backup_vault_name")


def disable(aws: Aws) -> None:
    aws.enabled = False


@pytest.mark.parametrize(
    ("mutation", "code", "expected"),
    [
        (lambda _: None, 0, []),
        (edit, 1, ["edited"]),
        (spell, 0, ["spelling"]),
        (delete, 1, ["missing-policy"]),
        (add_foreign, 1, ["unmanaged-policy"]),
        (detach, 1, ["detached"]),
        (attach_outside, 1, ["attached-outside"]),
        (move, 1, ["moved-account"]),
        (break_it, 1, ["edited", "invalid-stale"]),
        (disable, 1, ["type-disabled"]),
    ],
)
def test_each_cause(  # noqa: PLR0913, PLR0917 - fixtures and the case
    policyengine: Command, shop: Path, fake: FakeAws, mutation: Mutation, code: int, expected: list[str]
) -> None:
    aws = Aws()
    before = aws.published
    mutation(aws)
    fake.restart({**aws.tree(), "last_valid": before})
    assert causes(policyengine, shop) == (code, expected)


def test_order(policyengine: Command, shop: Path, fake: FakeAws) -> None:
    (shop / "backup.bpol").write_text(TWO, encoding="utf-8")
    aws = Aws(TWO)
    fake.restart(aws.tree())
    assert causes(policyengine, shop) == (0, [])
    aws.attached[""] = ["long", "short"]
    fake.restart(aws.tree())
    assert causes(policyengine, shop) == (1, ["order"])
    ran = policyengine("drift", shop, "--against", "attached")
    assert (ran.code, ran.out.splitlines()[0][:20]) == (2, "unknown: the order o")


def changing(fake: FakeAws, before: Aws, after: Aws) -> None:
    """AWS shows a change from its first answer on, and publishes it much later."""
    fake.restart(before.tree())
    fake.settled_after = 10_000
    fake.when("DescribeOrganization", 1, lambda _: state_of(after.tree()))


def test_pending(policyengine: Command, shop: Path, fake: FakeAws) -> None:
    aws = Aws()
    edit(aws)
    changing(fake, Aws(), aws)
    assert causes(policyengine, shop) == (1, ["edited", "pending"])


def test_unexplained(policyengine: Command, shop: Path, fake: FakeAws) -> None:
    aws = Aws()
    edit(aws)
    changing(fake, aws, Aws())
    assert causes(policyengine, shop) == (1, ["unexplained"])
    assert causes(policyengine, shop, "--against", "attached") == (0, [])


def test_nothing_is_written(policyengine: Command, shop: Path, fake: FakeAws) -> None:
    fake.restart(Aws().tree())
    assert causes(policyengine, shop) == (0, [])
    assert not [call for call in fake.calls if call.writes]
