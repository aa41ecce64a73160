"""The organizations that the examples of rule pages share."""

from __future__ import annotations

ONE_UNIT = """\
version: 1
root:
  name: Root
  units:
    - name: Prod
      accounts: [{id: "111111111111", name: shop}]
"""

SANDBOX = """\
version: 1
root:
  name: Root
  units:
    - name: Prod
      accounts: [{id: "111111111111", name: shop}]
  accounts: [{id: "222222222222", name: sandbox}]
"""
