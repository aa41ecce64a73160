"""The codes and names of all that is said about requirements: projects, waivers and reports refer to them."""

from __future__ import annotations

from support.evaluation import evaluated
from support.small_projects import one_rule

TREE = 'version: 1\nroot: {name: Root, accounts: [{id: "222222222222", name: shop}]}\n'

# In each line one fault of the language.
WRITTEN = """\
require attribute { assert account.nme == "shop" }
require types { assert account.name == 35 days }
require condition { assert account.name }
require scope { assert rule.archive }
use pack "nothing-like-it"
test "t" { given account "shop" expect violation of nobody }
require vault-missing { assert account.management }
"""
FAULTS = """\
1 error PE170 unknown-attribute
2 error PE171 unlike-types
3 error PE172 not-a-condition
4 error PE173 not-in-scope
5 error PE174 unknown-pack
6 error PE175 unknown-requirement
7 error PE176 requirement-named-like-check
"""

# In each line one requirement that says something about an account with one plan.
HELD = """\
require kept { assert every rule satisfies rule.retention >= 60 days }
require advised { level = advisory assert every rule satisfies rule.retention >= 60 days }
require locked { assert every rule satisfies rule.vault.lock == compliance }
require copied { assert every copy satisfies copy.cross_region }
require elsewhere { for account.name == "nobody" assert true }
"""
FINDINGS = """\
1 error PE701 requirement-violated
2 warning PE701 requirement-violated
3 warning PE702 requirement-undecided
4 warning PE703 requirement-vacuous
5 warning PE704 requirement-applies-to-nothing
"""


def found(text: str, others: str = "", tree: str = TREE) -> str:
    """The line, severity, code and name of each finding in the lines of a text, in their order."""
    evaluation = evaluated(text + others, tree)
    lines = len(text.splitlines())
    about = [(one.span.first.line, one) for one in evaluation.diagnostics if one.span]
    told = sorted((line, f"{one.severity.value} {one.code} {one.name}") for line, one in about if line <= lines)
    return "".join(f"{line} {said}\n" for line, said in told)


def test_a_fault_of_the_language_has_a_code_and_a_name() -> None:
    assert found(WRITTEN) == FAULTS


def test_what_is_said_of_accounts_has_a_code_and_a_name() -> None:
    assert found(HELD, one_rule('vault = "Main"\nretain = 35 days', tree=TREE)["policy.bpol"]) == FINDINGS
