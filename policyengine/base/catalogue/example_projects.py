"""The small projects that the examples of rule pages share: one plan, written around the lines that matter."""

from __future__ import annotations

from textwrap import indent

from policyengine.base.catalogue.example_organizations import ONE_UNIT, SANDBOX

_SELECTION = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
_RULE = """\
schedule = daily at 05:00
vault = "Main"
retain = 35 days
"""


def one_plan(plan: str, tree: str = ONE_UNIT) -> dict[str, str]:
    """A project whose only policy is attached to the root, with a plan `daily` that holds the given lines."""
    body = indent(plan.strip("\n") + "\n", " " * 4)
    policy = f"policy baseline {{\n  plan daily {{\n{body}  }}\n}}\nattach baseline to root\n"
    return {"organization.yaml": tree, "policy.bpol": policy}


def one_rule(
    rule: str = _RULE, *, regions: str = "[eu-west-1]", selection: str = _SELECTION, tree: str = ONE_UNIT
) -> dict[str, str]:
    """The same with one rule `nightly` that holds the given lines, and a selection."""
    body = indent(rule.strip("\n") + "\n", " " * 2)
    return one_plan(f"regions = {regions}\nrule nightly {{\n{body}}}\n{selection}\n", tree)


def with_sandbox(*statements: str) -> dict[str, str]:
    """Two accounts, `shop` in the unit `Prod` and `sandbox` outside, a policy `baseline`, and the given statements."""
    policy = one_rule(tree=SANDBOX)["policy.bpol"].removesuffix("attach baseline to root\n")
    return {"organization.yaml": SANDBOX, "policy.bpol": policy + "".join(f"{line}\n" for line in statements)}
