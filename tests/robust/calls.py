"""Every command in every format, as calls in a folder of states that `robust.states` writes.

What a command can do is read from the command line itself: a new command or format without a call fails the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import Parameter, signature
from typing import NamedTuple

from cli.command import AT

from policyengine.cli import commands

NEW = "new"
"""The folder of a call of `init`, which must not be there yet."""

COMMANDS: dict[str, tuple[str, str]] = {
    name: (entry.module, entry.function) for name, entry in commands.COMMANDS.items()
}
"""Command to module and function, as the command line has them."""

COSTS = ("--usage", "usage.json", "--prices", "prices.json")
"""What estimates of cost rest on."""

CALLS: dict[str, list[list[str]]] = {
    "init": [["-C", NEW]],
    "check": [["shop"], ["faulty"], ["--snapshot", "refused.json"]],
    "compile": [["shop"], ["faulty"]],
    "effective": [
        ["--all", "--hypothetical", "-C", "shop"],
        ["--all", "--distinct", "--hypothetical", "-C", "shop"],
        ["--all", "--snapshot", "refused.json"],
    ],
    "explain": [["000000000000", "--hypothetical", "-C", "shop"], ["000000000000", "-C", "faulty"]],
    "validate": [["document.json", "refused-document.json"]],
    "import": [["document.json"], ["refused-document.json"]],
    "fmt": [["--diff", "shop"], ["--check", "faulty"]],
    "test": [["shop", "--coverage"], ["faulty"]],
    "diff": [["changed", "shop"], ["shop", "faulty"], ["changed", "shop", "--cost", *COSTS]],
    "prove": [["shop", "--suggest"], ["faulty"]],
    "restore-tests": [["shop", "--inventory", "inventory.json"], ["faulty"]],
    "alarms": [["shop", "--out", "templates"]],
    "controls": [["shop", "--inventory", "inventory.json"], ["faulty"]],
    "coverage": [
        ["shop", "--inventory", "inventory.json"],
        ["shop", "--by", "type", "--inventory", "inventory.json"],
        ["faulty", "--inventory", "inventory.json"],
    ],
    "export": [
        ["terraform", "shop", "--import"],
        ["cloudformation", "shop", "--only-project"],
        ["cloudformation", "faulty"],
        ["backup-plan", "000000000000", "--region", "eu-west-1", "-C", "shop"],
    ],
    "drift": [
        ["changed", "--pulled", "shop/organization.json"],
        ["shop", "--pulled", "shop/organization.json", "--against", "attached", "--fail-on", "spelling"],
        ["faulty", "--pulled", "shop/organization.json"],
    ],
    "iam": [
        ["read", "--role", "Reader"],
        ["apply"],
        ["delegate", "--account", "000000000000"],
        ["member-role", "--account", "000000000000", "--template"],
    ],
    "cost": [["shop", "--inventory", "inventory.json", *COSTS], ["shop", *COSTS, "--months", "1"], ["faulty", *COSTS]],
    "pull": [["--rate", "0"]],
    "schedule": [["000000000000", "--hypothetical", "-C", "shop", "--zone", "Europe/Amsterdam"]],
    "show": [["shop"], ["faulty"]],
    "rules": [[], ["vault-missing"], ["dora"]],
    "schema": [["snapshot"], ["check"]],
    "completion": [["bash"], ["zsh"], ["fish"]],
}
"""The arguments of the calls by command."""


class Call(NamedTuple):
    """A command line and the format that it asks for."""

    arguments: tuple[str, ...]
    format: str

    def __str__(self) -> str:
        return " ".join(self.arguments)


@cache
def formats(command: str) -> tuple[str, ...]:
    """The formats that a command has, read from its options."""
    return tuple(str(form) for form in type(_options(command)["form"].default))


def calls(*, color: bool = False) -> Iterator[Call]:
    """Every command in every format, at one moment; with `color` the first call of each once more, coloured."""
    for command, several in CALLS.items():
        at = ["--at", AT] if "at" in _options(command) else []
        for form in formats(command):
            for arguments in several:
                yield Call((command, *arguments, *at, "--format", form), form)
        if color and command != "init":  # which overwrites nothing, not even what it wrote itself
            yield Call((command, *several[0], *at, "--color", "always"), "terminal")


def _options(command: str) -> dict[str, Parameter]:
    module, function = COMMANDS[command]
    return dict(signature(getattr(import_module(f"policyengine.cli.{module}"), function)).parameters)
