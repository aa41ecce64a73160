"""Names of resources in templates, made of the names that policies and units have."""

from __future__ import annotations

import re

_LONGEST = 200  # characters; CloudFormation takes 255


class ResourceNames:
    """Gives each thing a name of ASCII letters and digits that no other has, the same in every run.

    `between` stands where other characters stood. Terraform and CloudFormation tell case, the eye does not: names
    differ in more than case.
    """

    def __init__(self, between: str) -> None:
        self._between = between
        self._taken: set[str] = set()

    def name(self, text: str) -> str:
        """The name for a text, with the first number that nobody has where it is taken: `daily`, `daily_2`."""
        words = re.findall("[A-Za-z0-9]+", text) or ["policy"]
        plain = self._between.join(words if self._between else [word[:1].upper() + word[1:] for word in words])
        plain = plain if plain[0].isalpha() else f"p{self._between}{plain}"
        name, number = plain[:_LONGEST], 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{plain[:_LONGEST]}{self._between}{number}"
        self._taken.add(name.casefold())
        return name
