"""The rules of admission: what AWS refuses a document for."""

from __future__ import annotations

from policyengine.base.diagnostics import Severity
from policyengine.base.rules import Rule, rules_in

UNREADABLE_DOCUMENT = Rule("PE201", "unreadable-document", Severity.ERROR)
DUPLICATE_KEY = Rule("PE202", "duplicate-key", Severity.ERROR)
KEYS_DIFFER_ONLY_BY_CASE = Rule("PE203", "keys-differ-only-by-case", Severity.ERROR)
UNKNOWN_KEY = Rule("PE204", "unknown-key", Severity.ERROR)
UNKNOWN_OPERATOR = Rule("PE205", "unknown-operator", Severity.ERROR)
OPERATOR_NOT_ALLOWED = Rule("PE206", "operator-not-allowed", Severity.ERROR)
VALUE_NOT_WRAPPED = Rule("PE207", "value-not-wrapped", Severity.ERROR)
WRONG_VALUE_SHAPE = Rule("PE208", "wrong-value-shape", Severity.ERROR)
EMPTY_LIST = Rule("PE209", "empty-list", Severity.ERROR)
CHILD_CONTROL_INVALID = Rule("PE210", "child-control-invalid", Severity.ERROR)
MALFORMED_NAME = Rule("PE211", "malformed-name", Severity.ERROR)
SETTING_MISSING = Rule("PE212", "setting-missing", Severity.ERROR)
MALFORMED_NUMBER = Rule("PE213", "malformed-number", Severity.ERROR)
NUMBER_OUT_OF_RANGE = Rule("PE214", "number-out-of-range", Severity.ERROR)
MALFORMED_BOOLEAN = Rule("PE215", "malformed-boolean", Severity.ERROR)
UNKNOWN_CHOICE = Rule("PE216", "unknown-choice", Severity.ERROR)
TEXT_LENGTH = Rule("PE217", "text-length", Severity.ERROR)
UNKNOWN_REGION = Rule("PE218", "unknown-region", Severity.ERROR)
UNKNOWN_RESOURCE_TYPE = Rule("PE219", "unknown-resource-type", Severity.ERROR)
MALFORMED_VAULT_NAME = Rule("PE220", "malformed-vault-name", Severity.ERROR)
MALFORMED_VAULT_ARN = Rule("PE221", "malformed-vault-arn", Severity.ERROR)
MALFORMED_ROLE_ARN = Rule("PE222", "malformed-role-arn", Severity.ERROR)
TAG_KEY_DIFFERS = Rule("PE223", "tag-key-differs", Severity.ERROR)
TAG_KEY_RESERVED = Rule("PE224", "tag-key-reserved", Severity.ERROR)
TOO_MANY_CONDITIONS = Rule("PE225", "too-many-conditions", Severity.ERROR)
SCHEDULE_INVALID = Rule("PE226", "schedule-invalid", Severity.ERROR)
SCHEDULE_TOO_FREQUENT = Rule("PE227", "schedule-too-frequent", Severity.ERROR)
SCHEDULE_ENDS = Rule("PE228", "schedule-ends", Severity.ERROR)
CONTINUOUS_RETENTION = Rule("PE229", "continuous-retention", Severity.ERROR)
COLD_STORAGE_IN_CONTINUOUS_RULE = Rule("PE230", "cold-storage-in-continuous-rule", Severity.ERROR)
ARCHIVE_WITHOUT_DAYS = Rule("PE231", "archive-without-days", Severity.ERROR)
ARCHIVE_GAP_TOO_SHORT = Rule("PE232", "archive-gap-too-short", Severity.ERROR)
ARCHIVE_SCHEDULE_TOO_FREQUENT = Rule("PE233", "archive-schedule-too-frequent", Severity.ERROR)
DOCUMENT_TOO_LONG = Rule("PE310", "document-too-long", Severity.ERROR, refused=True)

RULES = rules_in(globals())
