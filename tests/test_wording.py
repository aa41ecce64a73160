"""How messages show names: inert, short, and with the known name that was probably meant."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyengine.base.text import Nearest, escaped, listed, nearest, quoted, suggestion


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nightly", "`nightly`"),
        ("", "``"),
        ("née", "`née`"),
        ("a\n b\tc", r"`a\n b\tc`"),
        ("\x1b[31m", r"`\x1b[31m`"),
        ("\u202eevil", r"`\u202eevil`"),
        ("\ud800", r"`\ud800`"),
        ("a`b`c", "`a'b'c`"),
        ("x" * 60, f"`{'x' * 60}`"),
        ("x" * 61, f"`{'x' * 59}…`"),
    ],
)
def test_a_quote_is_one_short_line_of_what_prints(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_a_quote_may_be_longer_where_the_caller_wants_it() -> None:
    assert quoted("x" * 61, 61) == f"`{'x' * 61}`"


@given(st.text(st.characters(), max_size=200))
def test_nothing_from_outside_ends_a_quote_or_a_line(text: str) -> None:
    shown = escaped(text)

    assert shown.isprintable()
    assert "`" not in shown
    assert len(shown) <= 60 * len(r"\U0001f600")


@pytest.mark.parametrize(
    ("names", "last", "text"),
    [
        ([], "and", ""),
        (["a"], "and", "`a`"),
        (["a", "b"], "", "`a`, `b`"),
        (["a", "b"], "or", "`a` or `b`"),
        (["a", "b", "c"], "and", "`a`, `b` and `c`"),
        (["a`\n"], "", r"`a'\n`"),
    ],
)
def test_names_are_listed_as_people_list_them(names: list[str], last: str, text: str) -> None:
    assert listed(names, last) == text


def test_a_long_list_is_cut() -> None:
    shown = listed(map(str, range(2000)), "and")

    assert shown.startswith("`0`, `1`, ")
    assert shown.endswith("`28`, `29` and 1,970 more")


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("retian", ["regions", "retain"], "retain"),
        ("Standard", ["standard", "other"], "standard"),
        ("targetBackupVaultARN", ["target_backup_vault_arn"], "target_backup_vault_arn"),
        ("cold-storage", ["cold_storage"], "cold_storage"),
        ("sundays", {"sunday", "monday"}, "sunday"),
        ("zebra", ["retain", "regions"], ""),
        ("anything", [], ""),
        ("", ["a"], ""),
        ("x" * 151, ["x" * 150], ""),
        ("x" * 150, ["x" * 151], ""),
    ],
)
def test_the_nearest_name_is_the_one_that_was_meant(name: str, known: list[str], meant: str) -> None:
    assert nearest(name, known) == meant


@pytest.mark.scale
@pytest.mark.parametrize("typed", ["wrokload-00007", "orkload-00007", "Workload_00007", "workload-00007x"])
def test_among_very_many_names_the_nearest_is_found(typed: str) -> None:
    assert nearest(typed, [f"workload-{number:05}" for number in range(20_000)]) == "workload-00007"


@given(st.lists(st.text("abAB-_", max_size=6)), st.text("abAB-_", max_size=6))
def test_the_order_of_the_known_names_does_not_matter(known: list[str], name: str) -> None:
    assert nearest(name, known) == nearest(name, sorted(known))


def test_a_suggestion_is_a_question() -> None:
    assert suggestion("regoins", ["regions"]) == "did you mean `regions`?"
    assert not suggestion("zebra", ["regions"])


def test_known_names_are_read_once_and_only_when_somebody_asks() -> None:
    known = ["alpha"]
    near = Nearest(known)
    known.append("beta")

    assert near.name("beat") == "beta"
    known.append("gamma")
    assert not near.name("gama")


@pytest.mark.scale
@pytest.mark.parametrize("length", [10, 150])
@pytest.mark.parametrize("names", [100, 10_000])
def test_many_look_ups_among_many_names_end(names: int, length: int) -> None:
    near = Nearest(f"k{number:x}".ljust(length, "k") for number in range(names))
    began = process_time()
    answers = [near.name(f"{number:x}".rjust(length, "k")) for number in range(3000)]

    assert process_time() - began < 10
    assert not answers[-1]
