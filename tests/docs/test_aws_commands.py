"""The commands of the AWS CLI on our pages: operations that AWS has, with options that they take and all that they need."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

DOCS = Path(__file__).parents[2] / "docs"
_LINES = re.compile(r"^(?:\$ )?(aws (?:.*\\\n)*.*)$", re.MULTILINE)
_OF_THE_CLI = {"region", "profile", "output", "query"}
COMMANDS = [
    pytest.param(shlex.split(line), id=f"{page.name}-{number}")
    for page in sorted(DOCS.glob("*.md"))
    for block in re.findall(r"^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for number, line in enumerate(_LINES.findall(block), 1)
]


@pytest.fixture(scope="module")
def session() -> Any:  # noqa: ANN401 - botocore has no types
    return botocore.session.Session()


@pytest.mark.parametrize("words", COMMANDS)
def test_aws_takes_the_command(words: list[str], session: Any) -> None:  # noqa: ANN401 - as above
    _, service, operation, *options = words
    model = session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(names[operation]).input_shape
    members = {xform_name(name, "-"): name for name in shape.members}
    given = {option.removeprefix("--") for option in options if option.startswith("--")}
    assert given - _OF_THE_CLI <= members.keys()
    assert set(shape.required_members) <= {members[name] for name in given - _OF_THE_CLI}


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 10
