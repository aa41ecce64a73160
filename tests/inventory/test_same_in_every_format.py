"""The same resources, written as each kind of list, are the same but for what the kind cannot say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory.lists import (
    as_array,
    as_csv,
    as_explorer,
    as_lines,
    as_query,
    as_snapshot,
    as_tag_editor,
    as_tagging,
    normalised,
    read,
)
from msgspec.structs import replace

from policyengine.aws.resources import Resource

Write = Callable[[Sequence[Resource]], str]

ACCOUNTS, REGIONS = ("111111111111", "000000000002"), ("eu-west-1", "us-gov-west-1")
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)
TAGS = st.none() | st.dictionaries(WORDS.filter(bool), WORDS.filter(lambda text: text != "(not tagged)"), max_size=4)
MOMENTS = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def volumes(draw: st.DrawFn) -> Resource:
    account, region = draw(st.sampled_from(ACCOUNTS)), draw(st.sampled_from(REGIONS))
    head = f"arn:aws:ec2:{region}:{account}:"
    return Resource(
        f"{head}volume/vol-{draw(st.integers(0, 10**6))}",
        account,
        region,
        "EBS",
        draw(TAGS),
        draw(MOMENTS),
        draw(st.none() | st.sampled_from(["in-use", "available"])),
        None,
        draw(st.none() | st.floats(0, 1e6)),
        draw(st.none() | st.booleans()),
        draw(st.none() | st.just("alias/aws/ebs")),
        tuple(f"{head}instance/i-{number}" for number in draw(st.lists(st.integers(0, 9), max_size=2, unique=True))),
        {},
        "table",
        draw(MOMENTS),
    )


LISTS = st.lists(volumes(), max_size=5, unique_by=lambda volume: volume.arn)
CONFIG = {"source": "config"}
EXPLORER = {"created", "state", "size_gb", "encrypted", "kms", "parents"}
TAGGING = EXPLORER | {"captured_at"}


@pytest.mark.parametrize("write", [as_lines, as_array, as_csv], ids=lambda write: write.__name__)
@given(LISTS)
@settings(max_examples=60)
def test_tables_say_everything(write: Write, resources: list[Resource]) -> None:
    written = [replace(one, tags=None) if write is as_csv and one.tags is None else one for one in resources]
    assert not written or list(map(normalised, read(write(written)))) == list(map(normalised, written))


@pytest.mark.parametrize(
    ("write", "source", "lacking"),
    [
        (as_query, "config", set()),
        (as_snapshot, "config", set()),
        (as_explorer, "resource-explorer", EXPLORER),
        (as_tagging, "tagging-api", TAGGING),
        (as_tag_editor, "tag-editor", TAGGING),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@given(LISTS)
@settings(max_examples=60)
def test_other_lists_say_all_that_they_can(
    write: Write, source: str, lacking: set[str], resources: list[Resource]
) -> None:
    """Lists that have no way to say that nobody looked for tags say that there are none."""
    tagged = source in {"tagging-api", "tag-editor"}
    said = [replace(one, tags=one.tags or {}) if tagged else one for one in resources]
    expected = [
        {name: value for name, value in normalised(replace(one, source=source)).items() if name not in lacking}
        for one in said
    ]
    assert list(map(normalised, read(write(resources)))) == expected


@given(LISTS)
@settings(max_examples=30)
def test_the_order_of_lists_with_captures_does_not_matter(resources: list[Resource]) -> None:
    older = [replace(one, captured_at=datetime(2026, 1, 1, tzinfo=UTC), state="old") for one in resources]
    newer = [replace(one, captured_at=datetime(2026, 1, 2, tzinfo=UTC)) for one in resources]
    found = (
        [read(as_lines([*first, *second])) for first, second in ((older, newer), (newer, older))] if resources else []
    )
    assert all(list(map(normalised, one)) == list(map(normalised, newer)) for one in found)
