from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--organizations", type=int, default=2000, help="generated organizations, engine against oracle")
    parser.addoption("--first-seed", type=int, default=0, help="seed of the first of them, and of changes")
    parser.addoption(
        "--changes", type=int, default=400, help="generated changes, on which the laws of `diff` are tried"
    )
