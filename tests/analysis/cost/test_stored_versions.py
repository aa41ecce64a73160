"""Laws of chains: what is kept longer, changes faster or is made more often never holds less."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policyengine.analysis.cost import ChainForm, ChainUse, StoredPoint, chain_uses

DAY = 24 * 60
END = 300 * DAY
FORMS = st.builds(
    ChainForm,
    incremental=st.booleans(),
    cold=st.sampled_from(["full", "incremental"]),
    change=st.floats(0, 1),
)
POINTS = st.lists(
    st.builds(
        lambda made, cold, kept: StoredPoint(made * DAY, (made + cold) * DAY if cold else float("inf"), (made + kept) * DAY),
        st.integers(0, 200),
        st.one_of(st.just(0), st.integers(1, 60)),
        st.integers(1, 200),
    ),
    max_size=12,
)  # fmt: skip


def use(points: list[StoredPoint], form: ChainForm) -> ChainUse:
    (found,) = chain_uses(points, form, [0, END])
    return found


@given(POINTS, FORMS)
def test_nothing_is_negative_and_nothing_exceeds_full_backups(points: list[StoredPoint], form: ChainForm) -> None:
    found, whole = use(points, form), use(points, form._replace(incremental=False))
    assert min(found) >= -1e-9
    assert found.warm <= whole.warm + 1e-9
    assert found.cold <= whole.cold + 1e-9
    assert found.added <= whole.added == len(points)


@given(POINTS, FORMS)
def test_months_add_up_to_the_whole(points: list[StoredPoint], form: ChainForm) -> None:
    parts = chain_uses(points, form, [0, END // 3, END // 2, END])
    lengths = (END // 3, END // 2 - END // 3, END - END // 2)
    whole = use(points, form)
    assert abs(sum(part.warm * length for part, length in zip(parts, lengths, strict=True)) - whole.warm * END) < 1e-3
    assert abs(sum(part.cold * length for part, length in zip(parts, lengths, strict=True)) - whole.cold * END) < 1e-3
    assert abs(sum(part.added for part in parts) - whole.added) < 1e-9


@given(POINTS, FORMS, st.floats(0, 1))
def test_faster_change_holds_no_less(points: list[StoredPoint], form: ChainForm, change: float) -> None:
    slow, fast = (form._replace(change=each) for each in sorted((form.change, change)))
    assert use(points, slow).warm <= use(points, fast).warm + 1e-9


@given(POINTS, FORMS, st.integers(0, 200))
def test_a_further_point_holds_no_less(points: list[StoredPoint], form: ChainForm, made: int) -> None:
    more = [*points, StoredPoint(made * DAY, float("inf"), (made + 10) * DAY)]
    assert use(points, form).warm <= use(more, form).warm + 1e-9
