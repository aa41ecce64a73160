"""The short way to the fake changes nothing that a caller sees, and leaves to the wire what only a wire can do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_aws import FINAL, TRANSIENT, FakeAws, Fault
from fake_aws.clients import client
from fake_aws.faults import Kind
from fake_aws.short_way import short_way
from fake_aws.test_contract_of_moto import SNAPSHOT
from fake_aws.test_faults import CALLS, CODES, failure


@pytest.fixture(scope="module")
def aws() -> Iterator[FakeAws]:
    with FakeAws(SNAPSHOT) as server:
        yield server


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_both_ways_give_the_same(aws: FakeAws, service: str, operation: str) -> None:
    by_wire = getattr(client(aws, service), operation)()
    with short_way(aws):
        at_once = getattr(client(aws, service), operation)()
    assert without_identity(at_once) == without_identity(by_wire)


def without_identity(answer: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.parametrize("kind", [*TRANSIENT, *FINAL])
def test_faults_are_the_same(aws: FakeAws, kind: Kind) -> None:
    name = "ListRoots"
    aws.faults = [Fault(name, aws.counts()[name] + 1, kind)]
    with short_way(aws):
        assert failure(aws, "organizations", "list_roots") == CODES[kind][0]
        assert failure(aws, "organizations", "list_roots") == ""


def test_a_fake_that_is_wrong_is_seen(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.faults = []
    monkeypatch.setattr("fake_aws.fake.check_caller", lambda *_: 1 / 0)
    with short_way(aws):
        assert failure(aws, "organizations", "list_roots") == "501"
    assert "ZeroDivisionError" in capsys.readouterr().err
