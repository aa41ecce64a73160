"""The smallest projects and organizations that tests write their own lines into."""

from __future__ import annotations

from textwrap import indent

ONE_UNIT = """\
version: 1
root:
  name: Root
  units:
    - name: Prod
      accounts: [{id: "111111111111", name: shop}]
"""

SANDBOX = f"""\
{ONE_UNIT}\
  accounts: [{{id: "222222222222", name: sandbox}}]
"""

MANAGEMENT, SHOP = "111111111111", "222222222222"
WITH_MANAGEMENT = """\
version: 1
root:
  name: Root
  accounts: [{id: "111111111111", name: management}]
  units:
    - name: Prod
      accounts: [{id: "222222222222", name: shop}]
"""

BASELINE = """\
policy baseline {
  plan daily {
    regions = [eu-west-1]
    rule nightly {
      schedule = daily at 05:00
      vault = "Main"
      retain = 35 days
    }
    tag selection tagged { role = "Backup"  key = "backup"  values = ["yes"] }
  }
}
"""

_SELECTION = 'tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }'
_RULE = """\
schedule = daily at 05:00
vault = "Main"
retain = 35 days
"""


def one_rule(
    rule: str = _RULE, *, regions: str = "[eu-west-1]", selection: str = _SELECTION, tree: str = ONE_UNIT
) -> dict[str, str]:
    """A project, file to text: at the root a policy with a plan `daily` of one rule with the given lines."""
    body = indent(rule.strip("\n") + "\n", " " * 6)
    plan = f"    regions = {regions}\n    rule nightly {{\n{body}    }}\n{indent(selection, ' ' * 4)}\n"
    policy = f"policy baseline {{\n  plan daily {{\n{plan}  }}\n}}\nattach baseline to root\n"
    return {"organization.yaml": tree, "policy.bpol": policy}
