"""`controls --format config`: evaluations with the fields that AWS Config's PutEvaluations takes.

PutEvaluations takes no INSUFFICIENT_DATA (API config:Evaluation): what is undecided is left out, and stays so there.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.controls import Compliance, ControlResult, ControlRow
from policyengine.aws.arns import is_arn
from policyengine.report.controls.result import EvaluatedControls
from policyengine.report.json_output import stamp, to_json_line

_LONGEST = 256  # characters of an annotation that AWS Config takes


def render(evaluated: EvaluatedControls) -> Iterator[str]:
    """`{"Evaluations": [...]}`, in pieces; an annotation begins with the name of its control."""
    yield '{"Evaluations": ['
    between, at = "\n  ", stamp(evaluated.at)
    for result in evaluated.results:
        for row in result.rows:
            if row.compliance is not Compliance.INSUFFICIENT_DATA:
                yield f"{between}{to_json_line(_evaluation(result, row, at))}"
                between = ",\n  "
    yield "]}\n"


def _evaluation(result: ControlResult, row: ControlRow, at: str) -> dict[str, object]:
    return {
        "ComplianceResourceType": row.kind,
        "ComplianceResourceId": _id(row),
        "ComplianceType": row.compliance.value,
        "Annotation": f"{result.demand.control.name}: {row.annotation}"[:_LONGEST],
        "OrderingTimestamp": at,
    }


def _id(row: ControlRow) -> str:
    """An ARN, or the path of what has none with the account and the Region in front."""
    return row.subject if is_arn(row.subject) else f"{row.account}/{row.region}/{row.subject}"
