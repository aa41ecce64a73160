"""Putting suggested lines into a project, as its author would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from policyengine.analysis.prove import Line


def inserted(text: str, lines: Iterable[Line]) -> str:
    """A project in canonical layout with the lines in their policies; blocks that are not there yet are written."""
    written = text.splitlines()
    for line in lines:
        written = _inserted(written, line)
    return "\n".join(written) + "\n"


def _inserted(written: Sequence[str], line: Line) -> list[str]:
    before, number = list(written), _find(written, f"policy {_name(line.origin.policy.name)}", 0, len(written))
    assert number is not None, line
    for block in line.blocks:
        end = _end(before, number)
        inner = _find(before, block, number + 1, end)
        if inner is None:
            indent = " " * (_indent(before[number]) + 2)
            before[number + 1 : number + 1] = [f"{indent}{block} {{", f"{indent}}}"]
            inner = number + 1
        number = inner
    return _closed(before, number, line)


def _closed(written: list[str], number: int, line: Line) -> list[str]:
    """The text with the line in the block that begins at a number."""
    end, indent = _end(written, number), " " * (_indent(written[number]) + 2)
    if line.text.startswith("locked "):
        place = _find(written, line.text, number + 1, end)
        assert place is not None, line
        if line.instead:
            inside = (place + 1, _end(written, place)) if written[place].endswith("{") else (number + 1, end)
            del written[next(at for at in range(*inside) if written[at].strip() == line.instead)]
            place = _find(written, line.text, number + 1, end - 1)
            assert place is not None, line
        written[place] = f"{indent}locked {written[place].strip()}"
        return written
    if line.instead:
        old = next(at for at in range(number + 1, end) if written[at].strip() == line.instead)
        written[old] = f"{indent}{line.text}"
        return written
    written.insert(number + 1, f"{indent}{line.text}")
    return written


def _find(written: Sequence[str], head: str, first: int, end: int) -> int | None:
    """The line of a block or a setting, locked or not, directly inside of what begins before `first`."""
    wanted = head.removeprefix("locked ")
    inside = _indent(written[first - 1]) + 2 if first else 0
    for number in range(first, end):
        if _indent(written[number]) == inside and _head(written[number]) == wanted:
            return number
    return None


def _head(line: str) -> str:
    return line.strip().removesuffix(" {").removeprefix("locked ")


def _end(written: Sequence[str], number: int) -> int:
    """The line that closes the block of a line."""
    return next(
        at
        for at in range(number + 1, len(written))
        if _indent(written[at]) == _indent(written[number]) and written[at].strip()
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _name(name: str) -> str:
    plain = name.replace("-", "_").replace("_", "a").isalnum() and not name[0].isdigit()
    return name if plain else f'"{name}"'
