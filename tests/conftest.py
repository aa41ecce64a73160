from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--organizations", type=int, default=2000, help="generated organizations, engine against oracle")
    parser.addoption("--plans", type=int, default=300, help="generated plans, the calendar of runs against the oracle")
    parser.addoption(
        "--changes", type=int, default=400, help="generated changes, on which the laws of `diff` are tried"
    )
    parser.addoption("--first-seed", type=int, default=0, help="seed of the first of whatever is generated")
