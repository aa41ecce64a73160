"""Folders in which names stand in every place that takes them: a project, what became of it, one with faults."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from cli.command import write

Json: TypeAlias = Any

MARK = "Zq"
"""How each name ends, so that reports can be searched for what has become of it."""

WISHES = """\
policy wishes {{
  plan daily {{
    regions = [eu-west-1]
    rule nightly {{ vault = "Main" retain = 60 days schedule = daily at 05:00 }}
    tag selection tagged {{ role = "Backup" key = "backup" values = [{0}] }}
  }}
}}
"""
DEMANDS = """\
require kept-{0} {1} {{
  reference = {1}
  for account.name == {1}
  assert every rule satisfies rule.retention >= 60 days message {1}
}}
waive requirement-violated for account "{0:012}" until 2026-12-31 because {1}
test {1} {{
  given account "{0:012}"
  expect plans[{1}].rules["nightly"].vault.name == {1}
}}
"""
FAULTY = """\
policy {0} {{ plan {0} {{ rule {0} {{ vault = "Main" }} }} }}
attach {0} to ou {0}
waive {0} for root until 2020-01-01 because {0}
require r {{ assert account.name == {0} and {0} }}
include {0}
"""


def write_states(folder: Path, names: Iterable[str]) -> None:
    """Writes every state that the calls name below a folder."""
    marked = [name + MARK for name in names]
    write(
        folder,
        {
            "shop/organization.json": json.dumps(organization(marked, "35")),
            "shop/policyengine.toml": _configuration(marked),
            "shop/kept.json": json.dumps(_baseline(marked)),
            "changed/organization.json": json.dumps(organization(marked[::2], "7")),
            "faulty/organization.json": json.dumps(organization(marked[:1], "35")),
            "inventory.json": json.dumps(_inventory(marked)),
            "usage.json": json.dumps(_usage(marked)),
            "prices.json": json.dumps({"currency": marked[0], "about": marked[0], "prices": [_PRICE]}),
            "refused.json": json.dumps(_refused(marked)),
            "document.json": json.dumps(_document(marked, "35")),
            "refused-document.json": json.dumps({**_document(marked, "35"), **dict.fromkeys(marked, 1)}),
        },
    )
    _write(folder / "faulty" / "no text \udcff.bpol", FAULTY.format('"x"'))
    _write(folder / "shop" / "wishes.bpol", WISHES.format(", ".join(map(_text, marked))))
    for number, name in enumerate(marked):
        text = DEMANDS.format(number, _text(name))
        for state in ("shop", "changed") if number % 2 else ("shop",):
            _write(folder / state / _file_name(name), text)
        _write(folder / "faulty" / _file_name(name), FAULTY.format(json.dumps(name)))


def organization(names: list[str], days: str) -> Json:
    """A snapshot with every name as a unit, an account, a policy, a tag, a vault and a role; and its last one valid."""
    accounts = [
        {"id": f"{number:012}", "name": name, "tags": {name: name}, "policies": [name]}
        for number, name in enumerate(names)
    ]
    loose = {"id": "999999999999", "name": f"loose {names[0]}"}
    units = [{"name": name, "accounts": [account]} for name, account in zip(names, accounts, strict=True)]
    return {
        "version": 1,
        "organization": {"id": names[0]},
        "root": {"name": names[0], "policies": ["base"], "units": units, "accounts": [loose]},
        "policies": {
            "base": {"content": _document(names[:2], days)},
            **{name: {"id": name, "content": _own(name, days, number)} for number, name in enumerate(names)},
        },
        "vaults": [{"name": name, "accounts": "*", "regions": ["eu-west-1"]} for name in names],
        "roles": [{"name": name, "accounts": {"ou": names[0].replace("/", "\\/")}} for name in names[:1]],
        "last_valid": {"000000000000": {"plans": {name: {"regions": [name]} for name in names}}},
    }


def _document(names: list[str], days: str) -> Json:
    """A document that AWS would take, with every name where any text is allowed."""
    selection = {
        "iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/Backup"},
        "tag_key": {"@@assign": "backup"},
        "tag_value": {"@@assign": names},
    }
    locked = {"@@assign": days, "@@operators_allowed_for_child_policies": ["@@none"]}
    rule = {
        "target_backup_vault_name": {"@@assign": "Main"},
        "schedule_expression": {"@@assign": "cron(0 5 ? * * *)"},
        "lifecycle": {"delete_after_days": locked},
        "recovery_point_tags": {name: {"tag_key": {"@@assign": name}, "tag_value": {"@@assign": ""}} for name in names},
    }
    plan = {
        "regions": {"@@assign": ["eu-west-1"]},
        "rules": {"nightly": rule},
        "selections": {"tags": {"tagged": selection}},
    }
    return {"plans": {"daily": plan}}


def _own(name: str, days: str, number: int) -> Json:
    """What an account's own policy changes: a vault and tags of its own, and a retention that it may not change."""
    rule = {
        "target_backup_vault_name": {"@@assign": f"Other{number}"},
        "lifecycle": {"delete_after_days": {"@@assign": days}},
        "recovery_point_tags": {name: {"tag_key": {"@@assign": name}, "tag_value": {"@@assign": name}}},
    }
    return {"plans": {"daily": {"rules": {"nightly": rule}}}}


def _refused(names: list[str]) -> Json:
    """A snapshot whose documents AWS would refuse, for every name."""
    document = {"plans": {name: {"regions": {"@@assign": [name]}, name: {name: name}} for name in names}}
    account = {"id": "000000000000", "name": names[0]}
    root = {"name": names[0], "policies": [names[0]], "accounts": [account]}
    return {"version": 1, "root": root, "policies": {names[0]: {"content": document}}}


_PRICE = {"item": "warm", "type": "EBS", "price": 0.05}


def _usage(names: list[str]) -> Json:
    """A total of each unit, which has the name of an account too; the plans have these names, and no other."""
    totals = [{"type": "EBS", "size_gb": 1, "account": f"{number:012}", "plans": names} for number in range(len(names))]
    return {"types": {"EBS": {"daily_change": 0.02}}, "totals": totals}


def _inventory(names: list[str]) -> Json:
    """What the tagging API answers of tables with every name as a name, as a tag, and nearly as the selected one."""
    return {
        "ResourceTagMappingList": [
            {
                "ResourceARN": f"arn:aws:dynamodb:eu-west-1:{number:012}:table/{name}",
                "Tags": [{"Key": name, "Value": name}, {"Key": "backup", "Value": f"{name} "}],
            }
            for number, name in enumerate(names)
        ]
    }


def _configuration(names: list[str]) -> str:
    allowed = "".join(
        f'[[gate.allow]]\nid = "{number:032x}"\nreason = {_toml(name)}\n' for number, name in enumerate(names)
    )
    return f'[gate]\nbaseline = "kept.json"\n{allowed}'


def _toml(text: str) -> str:
    shown = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(shown)}"'


def _text(text: str) -> str:
    """A text as the language writes it."""
    shown = (
        f"\\u{ord(c):04x}" if c < "\U00010000" and not c.isprintable() else c
        for c in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{"".join(shown)}"'


def _baseline(names: list[str]) -> Json:
    findings = [
        {
            "name": name,
            "requirement": name,
            "file": name,
            "path": name,
            "region": name,
            "policies": [name],
            "message": name,
        }
        for name in names
    ]
    return {"schema": "policyengine/baseline/1", "findings": findings}


def _file_name(name: str) -> str:
    """A file name as near to a name as the system takes."""
    return f"{name.replace('/', '-').replace(chr(0), '-').lstrip('.')[:100]}.bpol"


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
