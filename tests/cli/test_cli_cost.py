"""`cost`: the formats, the budget, what is missing, and inventories."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import AS_OF, SNAPSHOT, TOLD, Command, Ran, project_in, write

USAGE = """\
types: {EBS: {daily_change: 2%}}
totals: [{type: EBS, size_gb: 1000, unit: Shops, resources: 8}]
"""
PRICES = """\
currency: EUR
published: 2026-09-01
about: made up
prices: [{item: warm, type: EBS, price: 0.05}]
"""
TOTAL = "84.00"  # 1,000 GB x (1 + 34 gaps of 2 %) x 0.05 EUR


@pytest.fixture
def given(tmp_path: Path) -> tuple[str, ...]:
    """A project with a usage file and prices, as arguments."""
    project_in(tmp_path, **{"usage.yaml": USAGE, "prices.yaml": PRICES})
    files = ("--usage", str(tmp_path / "usage.yaml"), "--prices", str(tmp_path / "prices.yaml"))
    return ("-C", str(tmp_path), *files, *AS_OF)


def test_for_people(policyengine: Command, given: tuple[str, ...]) -> None:
    ran = policyengine("cost", *given)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "prices: prices.yaml: made up, 1 price, published 2026-09-01, 12 days old"
    assert ran.out.splitlines()[-1] == f"not gated: {TOTAL} EUR a month in the steady state"


def test_for_people_by_month(policyengine: Command, given: tuple[str, ...]) -> None:
    lines = policyengine("cost", *given, "--months", "3").out.splitlines()
    months = lines.index("from today on") + 1
    assert [line.split()[:2] for line in lines[months : months + 3]] == [["month", str(each)] for each in (1, 2, 3)]


def test_for_programs(policyengine: Command, given: tuple[str, ...]) -> None:
    result = policyengine.json("cost", *given, "--months", "2").json
    assert result["total"] == {"amount": pytest.approx(84), "incomplete": []}
    assert result["prices"][0]["age_days"] == 12
    (only,) = result["lines"]
    assert (only["unit"], only["plans"], only["type"], only["item"]) == ("Shops", ["daily"], "EBS", "warm")
    assert [month["amount"] > 50 for month in result["months"]] == [True, True]


def test_for_a_pull_request(policyengine: Command, given: tuple[str, ...]) -> None:
    out = policyengine("cost", *given, "--months", "1", "--format", "markdown").out
    assert out.startswith("<!-- policyengine-cost -->\n### policyengine cost\n")
    assert f"| `Shops` | {TOTAL} EUR |" in out


@pytest.mark.parametrize(
    ("arguments", "code", "verdict"),
    [
        pytest.param(("--budget", "85"), 0, "pass", id="within"),
        pytest.param(("--budget", "80"), 1, "fail", id="over"),
        pytest.param(("--budget", "80", "--months", "1"), 0, "pass", id="the first month is cheaper"),
        pytest.param(("--budget", "80", "--months", "3"), 1, "fail", id="the third is not"),
    ],
)
def test_the_budget(
    policyengine: Command, given: tuple[str, ...], arguments: tuple[str, ...], code: int, verdict: str
) -> None:
    ran = policyengine.json("cost", *given, *arguments)
    assert (ran.code, ran.json["verdict"]) == (code, verdict)
    assert policyengine("cost", *given, *arguments, "--quiet") == (code, "", "")


def test_a_budget_is_undecided_where_a_price_is_missing(
    policyengine: Command, tmp_path: Path, given: tuple[str, ...]
) -> None:
    write(tmp_path, {"usage.yaml": USAGE.replace("totals: [", "totals: [{type: Aurora, size_gb: 5, unit: Shops}, ")})
    ran = policyengine("cost", *given, "--budget", "10000")
    assert ran.code == 2
    assert ran.out.splitlines()[-1].startswith(
        f"undecided: {TOTAL} EUR a month in the steady state, incomplete: 1 type"
    )
    assert "unknown: Aurora: no price for warm storage of Aurora in eu-west-1" in ran.out
    assert policyengine("cost", *given, "--budget", "10").code == 1


def test_without_prices_there_is_no_money(policyengine: Command, given: tuple[str, ...]) -> None:
    ran = policyengine("cost", *given[:4], *AS_OF)
    assert ran.out.splitlines()[0] == "prices: none; --prices FILE gives some"
    assert "1,680.0 GB-month" in ran.out
    assert ran.out.splitlines()[-1] == "not gated: unknown a month in the steady state, incomplete: 1 type"


VOLUME = {"region": "eu-west-1", "account": "222222222222", "type": "EBS", "tags": {"backup": "yes"}}
INVENTORY: list[dict[str, object]] = [
    {**VOLUME, "arn": "arn:aws:ec2:eu-west-1:222222222222:volume/vol-1", "size_gb": 600},
    {**VOLUME, "arn": "arn:aws:ec2:eu-west-1:222222222222:volume/vol-2", "size_gb": 400},
    {**VOLUME, "arn": "arn:aws:ec2:eu-west-1:222222222222:volume/vol-3", "size_gb": 9, "tags": {"backup": "no"}},
]


def of_inventory(policyengine: Command, folder: Path, rows: list[dict[str, object]], told: str = TOLD) -> Ran:
    """The cost of an inventory, for people."""
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    usage = "types: {EBS: {daily_change: 2%}}\n"
    files = {"inventory.jsonl": text, "usage.yaml": usage, "prices.yaml": PRICES}
    project_in(folder, organization=SNAPSHOT + told, **files)
    options = {"--usage": "usage.yaml", "--prices": "prices.yaml", "--inventory": "inventory.jsonl"}
    named = [word for option, file in options.items() for word in (option, folder / file)]
    return policyengine("cost", "-C", folder, *named, *AS_OF)


def test_an_inventory_counts_what_plans_protect(policyengine: Command, tmp_path: Path) -> None:
    ran = of_inventory(policyengine, tmp_path, [*INVENTORY])
    assert ran.out.splitlines()[-1] == f"not gated: {TOTAL} EUR a month in the steady state"


MORE: dict[str, object] = {**VOLUME, "arn": "arn:aws:ec2:eu-west-1:222222222222:volume/vol-4"}


def test_a_size_that_is_missing_is_unknown(policyengine: Command, tmp_path: Path) -> None:
    ran = of_inventory(policyengine, tmp_path, [*INVENTORY, MORE])
    assert "unknown: EBS: the inventory does not say the size (Shops, daily)" in ran.out
    assert ran.out.splitlines()[-1] == f"not gated: {TOTAL} EUR a month in the steady state, incomplete: 1 type"


def test_a_size_that_is_negative_is_refused(policyengine: Command, tmp_path: Path) -> None:
    ran = of_inventory(policyengine, tmp_path, [*INVENTORY, {**MORE, "size_gb": -5}])
    assert (ran.code, ran.out) == (2, "")
    assert "size_gb" in ran.err


def test_what_may_be_protected_is_unknown(policyengine: Command, tmp_path: Path) -> None:
    ran = of_inventory(policyengine, tmp_path, [*INVENTORY], told="")
    assert "unknown: EBS: nobody can say whether a plan protects it: opt-in-unknown" in ran.out
    assert ran.out.splitlines()[-1] == "not gated: unknown a month in the steady state, incomplete: 1 type"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--usage", "usage.yaml", "--budget", "lots"), "--budget lots: expected an amount such as 1200"),
        (("--usage", "usage.yaml", "--months", "121"), "--months 121: expected 1 to 120"),
        (("--usage", "usage.yaml", "--months", "0"), "--months 0: expected 1 to 120"),
        ((), "nothing says how large resources are"),
        (("--usage", "rates.yaml"), "nothing says how large resources are"),
        (("--usage", "none.yaml"), "none.yaml: no such file"),
        (("--usage", "usage.yaml", "--prices", "prices.yaml", "--prices", "dollars.yaml"), "is in `USD`, that of "),
    ],
)
def test_what_cannot_be_asked(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], fault: str
) -> None:
    monkeypatch.chdir(tmp_path)
    dollars = PRICES.replace("EUR", "USD")
    rates = "types: {EBS: {daily_change: 2%}}\n"
    files = {"usage.yaml": USAGE, "rates.yaml": rates, "prices.yaml": PRICES, "dollars.yaml": dollars}
    project_in(tmp_path, **files)
    ran = policyengine("cost", *arguments, *AS_OF)
    assert (ran.code, ran.out) == (2, "")
    assert fault in ran.err


@pytest.mark.parametrize("form", ["terminal", "json", "markdown"])
def test_a_project_that_does_not_compile_has_no_estimate(policyengine: Command, tmp_path: Path, form: str) -> None:
    project_in(tmp_path, policy="polcy x {}\n", **{"usage.yaml": USAGE})
    ran = policyengine("cost", "-C", tmp_path, "--usage", tmp_path / "usage.yaml", "--format", form, *AS_OF)
    assert ran.code == 2
    assert "PE" in ran.out
