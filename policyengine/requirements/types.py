"""The types of the expression language (language.md 5.1)."""

from __future__ import annotations

from enum import Enum


class Type(Enum):
    """What a value is, in the words of a message."""

    STRING = "a string"
    NAME = "a name"
    BOOLEAN = "a boolean"
    DURATION = "a duration"
    COUNT = "a number"
    LIST = "a list of strings"
    LOCK = "a lock mode"
    VAULT_TYPE = "a type of vault"
    KEY = "a kind of key"
    SELECTION_KIND = "a kind of selection"
    ACCOUNT = "an account"
    PLAN = "a plan"
    RULE = "a rule"
    PICKED_RULE = "a rule in all its Regions"
    COPY = "a copy"
    SELECTION = "a selection"
    VAULT = "a vault"
    PLANS = "a set of plans"
    RULES = "a set of rules"
    COPIES = "a set of copies"
    REGIONS = "a set of Regions"
    TAGS = "a set of tags"

    @property
    def said(self) -> str:
        """The type in a message; that names compare with case folded does not matter there."""
        return Type.STRING.value if self is Type.NAME else self.value

    @property
    def is_text(self) -> bool:
        """Whether it compares with a string."""
        return self in (Type.STRING, Type.NAME)


WORDS = {
    Type.LOCK: ("none", "governance", "compliance"),
    Type.VAULT_TYPE: ("standard", "air_gapped"),
    Type.KEY: ("aws_managed", "customer", "aws_owned"),
    Type.SELECTION_KIND: ("tag", "resource"),
}
"""The words that are values of a type, written without quotes."""

TYPE_OF_WORD = {word: kind for kind, words in WORDS.items() for word in words}
