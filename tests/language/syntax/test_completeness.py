"""A module is incomplete only where a statement is lost that may have given a name to what others use."""

from __future__ import annotations

import pytest

from policyengine.base.source import Source
from policyengine.language.syntax import parse


@pytest.mark.parametrize(
    "text",
    [
        "let a = daily at 5:00\n",
        "let a = 3 months\n",
        "policy p {\n  retain = 35 dayz\n}\n",
        "policy p {\n  plan a {\n    ruel r {\n    }\n  }\n}\n",
        "policy p {\n  plan a {\n  }\n",
        "policy p {\n}\n}\n",
        "attach p to rot\n",
        "require r {\n  assert\n}\n",
        'waive r for root until 2027-02-29 because "x"\n',
        "language 2\n",
        "let a = 3 days;\n",
    ],
)
def test_faults_that_lose_no_name_leave_it_complete(text: str) -> None:
    outcome = parse(Source("whole.bpol", text))
    assert outcome.diagnostics
    assert outcome.value.complete


@pytest.mark.parametrize(
    "text",
    [
        "let a 3 days\n",
        "let a =\nlet b = 3 days\n",
        "let a = 3 dayz\n",
        "template advanced {\n}\n",
        "template p {\n}\n",
        "policy {\n}\n",
        "widget p {\n}\n",
        "regions = [x]\n",
        "plan a {\n}\n",
        "let a = 3 days\0",
        "junk\n" * 200,
    ],
)
def test_a_lost_definition_makes_it_incomplete(text: str) -> None:
    assert not parse(Source("lost.bpol", text)).value.complete
