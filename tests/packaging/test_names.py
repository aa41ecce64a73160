"""A name stands for one thing: modules and classes occur once, and no module outgrows its subject."""

import ast
from collections import Counter
from pathlib import Path

import policyengine

PACKAGE = Path(policyengine.__file__).parent
FORMATS = PACKAGE / "report"
"""Its modules are named after formats, one beside each command's siblings."""
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name not in {"__init__.py", "__main__.py"})
LONGEST = 500


def classes(path: Path) -> list[str]:
    """The public classes of a module."""
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    return [node.name for node in nodes if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]


def repeated(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_modules_have_names_of_their_own() -> None:
    assert repeated([path.stem for path in MODULES if not path.is_relative_to(FORMATS)]) == []


def test_classes_have_names_of_their_own() -> None:
    assert repeated([name for path in MODULES if not path.is_relative_to(FORMATS) for name in classes(path)]) == []


def test_modules_are_short_enough_to_read() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
