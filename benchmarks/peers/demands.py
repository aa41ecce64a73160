"""The assertions of the three packs in Rego, run by regorus."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.peers import library

_PROGRAM = Path(__file__).with_name("demands.rego")

Judge: TypeAlias = Callable[[str, Any], "list[bool]"]
"""From an account's id and effective document to the truth of each assertion, in the order of the packs."""


def rego_demands(vaults: Sequence[Any]) -> Judge | None:
    """The program with the snapshot's vaults as its data; None where regorus is not installed."""
    regorus = library("regorus")
    if regorus is None:
        return None
    engine = regorus.Engine()
    engine.add_policy_from_file(str(_PROGRAM))
    engine.add_data_json(json.dumps({"vaults": list(vaults)}))

    def judged(account: str, policy: Any) -> list[bool]:  # noqa: ANN401 - JSON
        engine.set_input({"account": account, "policy": policy})
        truths: list[bool] = engine.eval_rule("data.demands.asserted")
        return truths

    return judged
