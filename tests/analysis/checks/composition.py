"""One project composed of many: each keeps its accounts, its policies and what is known of them, in a unit of its own.

Names of policies, templates and values, and the ids of accounts, become unique. Whatever a project attaches to its root is
attached to its unit. Lines stay where they are. What holds for a whole organization, its settings, is the first project's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

Tree = dict[str, Any]
Texts = Mapping[str, str]

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
FACTS = ("vaults", "roles")
_DECLARED = re.compile(r"^(?:policy|let|template \w+) ([\w-]+)", re.MULTILINE)
_TARGET = re.compile(r'^(attach .+ to )(?:root|ou "(?P<unit>[^"]+)"|account "(?P<account>[^"]+)")', re.MULTILINE)


def read_yaml(text: str) -> Any:  # noqa: ANN401 - YAML
    """A tree from one of many files, in C where PyYAML has that."""
    return yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe one


def compose(first: Texts, others: Mapping[str, Texts]) -> dict[str, str]:
    """The first project with the others below its root, each in a unit with its name: file to text.

    A file of another project has the project's name and a slash before its own.
    """
    whole = read_yaml(first["organization.yaml"])
    _say_whose(whole)
    texts = {name: text for name, text in first.items() if name.endswith(".bpol")}
    for number, (unit, project) in enumerate(others.items(), start=1):
        own = {name: _renumbered(text, project, number) for name, text in project.items()}
        tree = read_yaml(own.pop("organization.yaml"))
        _say_whose(tree)
        policies = tree.get("policies", {})
        declared = {*policies, *(name for text in own.values() for name in _DECLARED.findall(text))}
        names = {name: f"{name}-{number}" for name in declared}
        whole["root"].setdefault("units", []).append(_with_names({**tree["root"], "name": unit}, names))
        whole.setdefault("policies", {}).update({names[name]: content for name, content in policies.items()})
        for fact in FACTS:
            whole.setdefault(fact, []).extend(tree.get(fact, []))
        ids = {account["name"]: account["id"] for account in accounts(tree["root"])}
        for name, text in own.items():
            if name.endswith(".bpol"):
                texts[f"{unit}/{name}"] = _named(_attached_below(text, unit, ids), names)
    return {**texts, "organization.yaml": yaml.dump(whole, Dumper=DUMPER, sort_keys=False)}


def accounts(unit: Tree) -> Iterator[Tree]:
    """The accounts of a unit and of all units below it."""
    yield from unit.get("accounts", ())
    for inner in unit.get("units", ()):
        yield from accounts(inner)


def _say_whose(tree: Tree) -> None:
    """Facts of all accounts become facts of the accounts that there are."""
    ids = [account["id"] for account in accounts(tree["root"])]
    for fact in FACTS:
        for entry in tree.get(fact, ()):
            scope = entry.get("accounts")
            if scope == "*":
                entry["accounts"] = ids
            elif isinstance(scope, dict):
                (unit,) = (unit for unit in tree["root"]["units"] if unit["name"] == scope["ou"])
                entry["accounts"] = [account["id"] for account in accounts(unit)]


def _renumbered(text: str, project: Texts, number: int) -> str:
    for place, account in enumerate(accounts(read_yaml(project["organization.yaml"])["root"])):
        text = text.replace(account["id"], f"7{number:06}{place:05}")
    return text


def _with_names(unit: Tree, names: Mapping[str, str]) -> Tree:
    renamed = {**unit, "policies": [names.get(name, name) for name in unit.get("policies", ())]}
    for part in ("units", "accounts"):
        if part in unit:
            renamed[part] = [_with_names(inner, names) for inner in unit[part]]
    return renamed


def _attached_below(text: str, unit: str, ids: Mapping[str, str]) -> str:
    def target(found: re.Match[str]) -> str:
        if found["account"]:
            return f'{found[1]}account "{ids.get(found["account"], found["account"])}"'
        return f'{found[1]}ou "{unit}/{found["unit"]}"' if found["unit"] else f'{found[1]}ou "{unit}"'

    return _TARGET.sub(target, text)


def _named(text: str, names: Mapping[str, str]) -> str:
    for name, new in names.items():
        text = re.sub(rf'(?<![\w"-]){re.escape(name)}(?![\w"-])', new, text)
    return text
