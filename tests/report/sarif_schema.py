"""A schema of what we use of SARIF 2.1.0, written from the specification and from what GitHub requires beyond it.

The published schema is not ours to ship. This one is closed: a property that it does not know is a fault, and so is an
empty text or a result without a location.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]


def _object(required: Schema, **optional: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


def _text(longest: int = 1_000_000) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest}


_ANY: Schema = {"type": "object"}
_NUMBER: Schema = {"type": "integer", "minimum": 1}
_LEVEL: Schema = {"enum": ["error", "warning", "note"]}
_URI: Schema = {"type": "string", "pattern": r"^(file:///)?([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"}  # RFC 3986, escaped
_PAGE: Schema = {"type": "string", "pattern": r"^https://[A-Za-z0-9._~/-]+(#[a-z-]+)?$"}
_MESSAGE = _object({"text": _text()})
_REGION = _object({"startLine": _NUMBER}, startColumn=_NUMBER, endLine=_NUMBER, endColumn=_NUMBER)
_ARTIFACT = _object({"uri": _URI}, uriBaseId={"const": "%SRCROOT%"})
_PHYSICAL = _object({"artifactLocation": _ARTIFACT, "region": _REGION})
_LOCATION = _object({"physicalLocation": _PHYSICAL}, id=_NUMBER, message=_MESSAGE)
_RULE = _object(
    {
        "id": {"type": "string", "pattern": "^(PE[0-9]{3}|[a-z]+(-[a-z]+)+)$"},
        "name": _text(255),
        "shortDescription": _object({"text": _text(1024)}),
        "fullDescription": _object({"text": _text(1024)}),
        "helpUri": _PAGE,
        "help": _object({"text": _text(), "markdown": _text()}),
        "defaultConfiguration": _object({"level": _LEVEL}),
        "properties": _object({"tags": _list(_text(), 1)}),
    }
)
_SUPPRESSION = _object(
    {"kind": {"enum": ["inSource", "external"]}, "status": {"enum": ["accepted", "underReview", "rejected"]}},
    justification=_text(),
    location=_LOCATION,
    properties=_ANY,
)
_REPLACEMENT = _object({"deletedRegion": _REGION, "insertedContent": _object({"text": {"type": "string"}})})
_CHANGE = _object({"artifactLocation": _ARTIFACT, "replacements": _list(_REPLACEMENT, 1)})
_FIX = _object({"description": _MESSAGE, "artifactChanges": _list(_CHANGE, 1)})
_RESULT = _object(
    {
        "ruleId": _text(),
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _MESSAGE,
        "locations": _list(_LOCATION, 1),
        "relatedLocations": _list(_LOCATION),
        "partialFingerprints": _object({"primaryLocationLineHash": _text(), "policyengine/v1": _text()}),
        "suppressions": _list(_SUPPRESSION),
        "properties": _ANY,
    },
    baselineState={"enum": ["new", "unchanged", "updated", "absent"]},
    fixes=_list(_FIX, 1),
)
_NOTIFICATION = _object({"level": _LEVEL, "message": _MESSAGE})
_RUN = _object(
    {
        "tool": _object(
            {
                "driver": _object(
                    {"name": _text(), "version": _text(), "informationUri": _PAGE, "rules": _list(_RULE, 1)}
                )
            }
        ),
        "invocations": _list(
            _object({"executionSuccessful": {"type": "boolean"}, "toolExecutionNotifications": _list(_NOTIFICATION)})
        ),
        "originalUriBaseIds": _object({"%SRCROOT%": _object({"description": _MESSAGE})}),
        "columnKind": {"const": "unicodeCodePoints"},
        "results": _list(_RESULT),
        "properties": _ANY,
    }
)
SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object({"$schema": _text(), "version": {"const": "2.1.0"}, "runs": _list(_RUN, 1)}),
}
