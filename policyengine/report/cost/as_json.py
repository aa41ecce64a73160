"""`cost --format json`."""

from __future__ import annotations

from collections.abc import Iterable

from policyengine.analysis.cost import CostLine, CostSum, Price, PriceSource, plans_name
from policyengine.report.cost.result import CostReport
from policyengine.report.cost.words import type_words
from policyengine.report.json_output import finding_json, stamp, to_json

SCHEMA = "policyengine/cost/1"
_DIGITS = 6


def render(report: CostReport) -> str:
    """The estimate as interface.md section 4 has it."""
    result = report.result
    return to_json(
        {
            "schema": SCHEMA,
            "at": stamp(result.at),
            "currency": result.currency or None,
            "verdict": None if report.verdict == "not gated" else report.verdict,
            "budget": report.budget,
            "usage": report.usage,
            "prices": [_source(source, report) for source in result.sources],
            "total": sum_json(result.total),
            "months": [sum_json(total) for total in result.month_totals],
            "by_unit": [{"unit": unit, **sum_json(total)} for unit, total in _by_unit(report)],
            "by_plan": [{"plans": name, **sum_json(total)} for name, total in result.by(plans_name).items()],
            "by_type": [{"type": name, **sum_json(total)} for name, total in _by_type(report)],
            "lines": [_line(line) for line in result.lines],
            "notes": list(result.notes),
            "findings": [finding_json(diagnostic) for diagnostic in report.on_inventory],
        }
    )


def sum_json(total: CostSum) -> dict[str, object]:
    """A sum: what is known of it, and the types that it lacks."""
    return {"amount": rounded(total.amount), "incomplete": [type_words(name) for name in total.incomplete]}


def rounded(number: float | None) -> float | None:
    """A number without the noise of its last digits."""
    return None if number is None else round(number, _DIGITS)


def _by_unit(report: CostReport) -> Iterable[tuple[str | None, CostSum]]:
    sums = report.result.by(lambda key: "" if key.unit is None else f"/{key.unit}")
    return ((name[1:] if name else None, total) for name, total in sums.items())


def _by_type(report: CostReport) -> Iterable[tuple[str, CostSum]]:
    return report.result.by(lambda key: type_words(key.type)).items()


def _source(source: PriceSource, report: CostReport) -> dict[str, object]:
    published = source.published
    return {
        "file": source.file,
        "about": source.about,
        "published": published.isoformat() if published else None,
        "age_days": (report.result.at.date() - published).days if published else None,
        "prices": source.prices,
        "ignored": source.ignored,
    }


def _line(line: CostLine) -> dict[str, object]:
    key = line.key
    return {
        "account": key.account,
        "unit": key.unit,
        "plans": list(key.plans),
        "type": type_words(key.type),
        "item": key.item.value,
        "region": key.region,
        "to": key.to or None,
        "quantity": rounded(line.quantity),
        "quantity_unit": key.item.unit,
        "price": _price(line.price),
        "amount": rounded(line.amount),
        "months": [
            {"quantity": rounded(quantity), "amount": rounded(amount)}
            for quantity, amount in zip(line.months, line.month_amounts, strict=True)
        ],
        "missing": list(line.missing),
    }


def _price(price: Price | None) -> dict[str, object] | None:
    return {"amount": price.amount, "from": price.place} if price else None
