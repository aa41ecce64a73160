"""`diff --cost`: the money before and after, the lines behind it, the gate, and early deletion."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import AS_OF, POLICY, Command, project_in, write

USAGE = """\
types: {EBS: {daily_change: 2%}, EFS: {daily_change: 1%}}
totals: [{type: EBS, size_gb: 1000, unit: Shops}]
"""
PRICES = "currency: EUR\nprices: [{item: warm, price: 0.05}, {item: cold, type: EFS, price: 0.01}]\n"
LONGER = POLICY.replace("35 days", "90 days")


def sides(folder: Path, before: str, after: str, usage: str = USAGE) -> list[str]:
    """Two projects with usage and prices, as arguments."""
    project_in(folder / "before", policy=before)
    project_in(folder / "after", policy=after)
    write(folder, {"usage.yaml": usage, "prices.yaml": PRICES})
    files = ["--usage", str(folder / "usage.yaml"), "--prices", str(folder / "prices.yaml")]
    return [str(folder / "before"), str(folder / "after"), "--cost", *files, *AS_OF]


def test_the_change_and_its_line(policyengine: Command, tmp_path: Path) -> None:
    arguments = sides(tmp_path, POLICY, LONGER)
    lines = policyengine("diff", *arguments).out.splitlines()
    place = lines.index("cost: Shops, EBS: 84.00 EUR -> 139.00 EUR a month, 1,680.0 -> 2,780.0 GB-month kept")
    assert lines[place + 1 : place + 3] == [
        "   - policy.bpol:7: retain = 35 days",
        "   + policy.bpol:7: retain = 90 days",
    ]
    assert lines[-3:-1] == ["cost: 84.00 EUR -> 139.00 EUR a month, +55.00 EUR", ""]
    result = policyengine.json("diff", *arguments).json
    assert result["cost"]["increase"] == pytest.approx(55)
    (change,) = result["cost"]["changes"]
    assert [cause["change"] for cause in change["causes"]] == [each["id"] for each in result["changes"]]
    assert (
        "| `Shops` | `EBS` | 84.00 EUR | 139.00 EUR |" in policyengine("diff", *arguments, "--format", "markdown").out
    )


def test_the_page_has_what_it_costs(policyengine: Command, tmp_path: Path) -> None:
    page = policyengine("diff", *sides(tmp_path, POLICY, LONGER), "--format", "html").out
    assert "<summary>Cost: 84.00 EUR -&gt; 139.00 EUR a month, +55.00 EUR</summary>" in page
    assert (
        "<td>- policy.bpol:7: <code>retain = 35 days</code>; + policy.bpol:7: <code>retain = 90 days</code></td>"
        in page
    )
    assert "<p>prices: " in page


@pytest.mark.parametrize(
    ("texts", "most", "code"),
    [
        pytest.param((POLICY, LONGER), "54.99", 1, id="too much"),
        pytest.param((POLICY, LONGER), "55.01", 0, id="just not"),
        pytest.param((POLICY, LONGER), "60%", 1, id="too many percent"),
        pytest.param((POLICY, LONGER), "70 %", 0, id="few enough"),
        pytest.param((LONGER, POLICY), "0", 0, id="cheaper"),
        pytest.param((POLICY, POLICY), "0", 0, id="the same"),
    ],
)
def test_the_gate(policyengine: Command, tmp_path: Path, texts: tuple[str, str], most: str, code: int) -> None:
    ran = policyengine.json("diff", *sides(tmp_path, *texts), "--max-increase", most)
    assert (ran.code, ran.json["verdict"]) == (code, "fail" if code else "pass")


def test_what_nobody_knows_fails_the_gate(policyengine: Command, tmp_path: Path) -> None:
    arguments = sides(tmp_path, POLICY, LONGER, USAGE.replace("2%", "2%, backups: full").replace("EBS", "RDS") + "")
    arguments[arguments.index("--prices") :][:2] = []
    ran = policyengine("diff", *arguments[:5], *AS_OF, "--max-increase", "1000000")
    assert ran.code == 1
    assert "by an unknown amount" in ran.out
    assert "unknown: RDS: no price for warm storage of RDS in eu-west-1 (Shops, daily)" in ran.out


@pytest.mark.parametrize(
    ("usage", "after"),
    [
        pytest.param("totals: [{type: EBS, size_gb: 1000, unit: Shops}]\n", LONGER, id="no change rate"),
        pytest.param(
            "types: {EBS: {daily_change: 2%}}\ntotals: [{type: EBS, size_gb: 1000, unit: Shops}]\n",
            POLICY.replace("daily at 05:00", "every 2 hours"),
            id="kept forever",
        ),
    ],
)
def test_a_changed_plan_of_unknown_cost_on_both_sides_fails_the_gate(
    policyengine: Command, tmp_path: Path, usage: str, after: str
) -> None:
    before = POLICY
    if "daily_change" in usage:
        before, after = (text.replace("      retain = 35 days\n", "") for text in (before, after))
    ran = policyengine.json("diff", *sides(tmp_path, before, after, usage), "--max-increase", "1000000")
    assert (ran.code, ran.json["cost"]["increase"], ran.json["verdict"]) == (1, None, "fail")
    assert len(ran.json["cost"]["changes"]) == 1


def test_a_plan_of_unknown_cost_that_stays_passes_the_gate(policyengine: Command, tmp_path: Path) -> None:
    usage = "totals: [{type: EBS, size_gb: 1000, unit: Shops}]\n"
    renamed = POLICY.replace("attach", "# said anew\nattach", 1)
    ran = policyengine.json("diff", *sides(tmp_path, POLICY, renamed, usage), "--max-increase", "0")
    assert (ran.code, ran.json["cost"]["increase"]) == (0, 0)


def test_the_other_commands_of_the_comparison_stay_as_they_are(policyengine: Command, tmp_path: Path) -> None:
    arguments = sides(tmp_path, POLICY, LONGER)
    plain = policyengine.json("diff", *arguments[:2], *AS_OF)
    assert "cost" not in plain.json
    assert plain.json == {
        key: value for key, value in policyengine.json("diff", *arguments).json.items() if key != "cost"
    }


def test_lines_behind_several_sums_are_written_once(policyengine: Command, tmp_path: Path) -> None:
    usage = USAGE.replace("totals: [", "totals: [{type: EFS, size_gb: 1000, unit: Shops}, ")
    lines = policyengine("diff", *sides(tmp_path, POLICY, LONGER, usage)).out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("cost: Shops, EBS"))
    assert lines[place - 1] == ""
    assert lines[place + 1].startswith("cost: Shops, EFS")
    assert lines[place + 2 : place + 5] == [
        "   - policy.bpol:7: retain = 35 days",
        "   + policy.bpol:7: retain = 90 days",
        "",
    ]


COLD = POLICY.replace("retain = 35 days", "retain = 400 days\n      cold_after = 30 days")


def test_a_shorter_retention_shows_what_early_deletion_costs(policyengine: Command, tmp_path: Path) -> None:
    usage = "types: {EFS: {daily_change: 1%}}\ntotals: [{type: EFS, size_gb: 1000, unit: Shops}]\n"
    result = policyengine.json("diff", *sides(tmp_path, COLD, POLICY, usage)).json
    (early,) = result["cost"]["early_deletion"]
    # Points of 35 to 120 days are in cold storage for 5 to 90 of their 90 days, 85 to 0 are left; each holds 10 GB.
    assert early["quantity"] == pytest.approx(10 * sum(range(86)) / (365 / 12), rel=0.02)
    assert early["amount"] == pytest.approx(0.01 * early["quantity"])
    assert (
        "early deletion: plan `daily`, rule `nightly`: EFS points"
        in policyengine("diff", *sides(tmp_path, COLD, POLICY, usage)).out
    )


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--usage", "usage.yaml"], "--usage, --prices and --max-increase belong to --cost; add it"),
        (["--cost"], "nothing says how large resources are"),
        (["--cost", "--usage", "rates.yaml"], "nothing says how large resources are"),
        (["--cost", "--max-increase", "x%"], "--max-increase x%: expected an amount"),
        (["--cost", "--max-increase=-5%"], "--max-increase -5%: expected an amount such as 1200 or 1200.50"),
    ],
)
def test_what_cannot_be_asked(
    policyengine: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], fault: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"rates.yaml": "types: {EBS: {daily_change: 2%}}\n"})
    ran = policyengine("diff", *sides(tmp_path, POLICY, LONGER)[:2], *arguments, *AS_OF)
    assert (ran.code, ran.out) == (2, "")
    assert fault in ran.err


def test_without_a_price_no_amount_appears(policyengine: Command, tmp_path: Path) -> None:
    usage = "types: {Timestream: {daily_change: 2%}}\ntotals: [{type: Timestream, size_gb: 1000, unit: Shops, region: sa-east-1}]\n"
    before, after, *_ = sides(tmp_path, POLICY, LONGER, usage)
    ran = policyengine("diff", before, after, "--cost", "--usage", str(tmp_path / "usage.yaml"), *AS_OF)
    assert "cost: nothing -> nothing a month, unchanged" in ran.out.splitlines()


def test_what_is_lost_stands_above_the_cost_in_a_comment(policyengine: Command, tmp_path: Path) -> None:
    comment = policyengine("diff", *sides(tmp_path, LONGER, POLICY), "--format", "markdown").out
    places = [comment.index(part) for part in ("**cost**: ", "- **weakened** ", "| unit | type |")]
    assert places == sorted(places)
