"""What botocore reads of its services, read once a process: each session reads it anew, longer than most readings take.

Nobody changes what was read, except that botocore puts its additions into a model, the same each time.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader, Loader


@cache
def keep() -> None:
    """Lets all sessions of this process share what botocore reads from its folders."""
    read, listed = JSONFileLoader.load_file, Loader.list_available_services

    @cache
    def model(path: str) -> Any:  # noqa: ANN401 - JSON
        return read(JSONFileLoader(), path)

    @cache
    def services(paths: tuple[str, ...], kind: str) -> list[str]:
        names: list[str] = listed(Loader(extra_search_paths=[*paths], include_default_search_paths=False), kind)
        return names

    def list_services(loader: Loader, type_name: str) -> list[str]:
        return services(tuple(loader.search_paths), type_name)

    JSONFileLoader.load_file = lambda _, file_path: model(file_path)
    Loader.list_available_services = list_services
