"""Records and entities: the generated `__init__` takes what that of a dataclass would."""

from __future__ import annotations

from dataclasses import field, replace

import pytest

from policyengine.base.records import entity, record


@record
class _Point:
    x: int
    y: int = 2
    names: list[str] = field(default_factory=list)


@record
class _Named(_Point):
    """Its last field has no default, so that it is taken by name."""

    label: str = field(kw_only=True)
    length: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.label))


@entity
class _Empty:
    pass


def test_values_are_taken_in_order_and_by_name() -> None:
    assert (_Point(1), _Point(1, y=3).y, _Point(x=1).x) == (_Point(1, 2, []), 3, 1)


def test_each_instance_has_a_default_of_its_own() -> None:
    first, second = _Point(1), _Point(1)
    first.names.append("a")
    assert (first.names, second.names) == (["a"], [])


def test_fields_of_the_parent_come_first_and_the_rest_is_worked_out() -> None:
    named = _Named(1, label="here")
    assert (named.y, named.length, replace(named, label="no").length) == (2, 4, 2)


def test_an_entity_without_fields_is_equal_to_itself_alone() -> None:
    assert _Empty() != _Empty()


@pytest.mark.parametrize("again", [False, True])  # the first call puts the generated one in place
def test_a_missing_or_unexpected_value_is_refused(*, again: bool) -> None:
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'x'"):
        _Point(y=int(again))  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
        _Point(1, z=1)  # type: ignore[call-arg]
