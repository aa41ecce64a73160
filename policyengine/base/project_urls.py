"""Addresses of the project and of its pages, for messages and reports."""

REPOSITORY = "https://github.com/OWNER/policyengine"
"""Where the project is hosted, as `[project.urls]` says; `OWNER` stands for who hosts it."""


def pack_url(name: str) -> str:
    """The address of the folder of a pack by its name, which ends in a slash."""
    return f"{REPOSITORY}/blob/main/policies/packs/{name}/"


def page_url(name: str) -> str:
    """The address of a page of `docs/` by its name there, such as `rules/vault-missing.md`; `#part` may follow."""
    return f"{REPOSITORY}/blob/main/docs/{name}"
