"""Access policies of vaults: whether their statements apply to a request (facts 4.4.8, 4.4.22 to 4.4.24).

Reads what a snapshot has, as text or as a mapping, and judges nothing but what is certain: a statement applies, does
not apply, or nobody can tell (None), as where a condition asks for what no snapshot has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from policyengine.aws.arns import ACCOUNT_ID
from policyengine.aws.documents import Json
from policyengine.aws.policy_text import TextFault, read_json
from policyengine.base.records import Record

ALLOW, DENY = "Allow", "Deny"

_ORG_PATHS, _ACCOUNT = "aws:principalorgpaths", "aws:principalaccount"
_PRINCIPAL = re.compile(r"arn:[^:*?]+:(?:iam|sts)::([0-9]{12}):(.+)", re.DOTALL)
_STARS = re.compile(r"\*+")
_VARIABLE = "${"
_VAULT_ARN = re.compile(r"arn:[^:]+:backup:[^:]*:[^:]*:backup-vault:.+", re.DOTALL)
_OF_ONE_VALUE = ("", "foranyvalue:", "forallvalues:")
"""What stands before an operator: of a key with a single value, which the request has, it changes nothing."""


class Request(NamedTuple):
    """Who asks for what: an action on the vault of an ARN, for a principal of an account of an organization.

    `organization` is None where its id is unknown, and `path` where an id on the way is: the organization, the root and
    the units around the account, as IAM writes them (`o-example/r-ab12/ou-ab12-11111111/`).
    """

    action: str
    vault: str
    account: str
    organization: str | None
    path: str | None


class Statement(Record):
    """A statement of a policy; `element` is its JSON, empty where it is no object."""

    element: Mapping[str, Any]

    @property
    def effect(self) -> str:
        """`Allow` or `Deny`; whatever else stands there AWS does not take."""
        return str(self.element.get("Effect"))

    @property
    def name(self) -> str:
        """Its `Sid`, empty where it has none."""
        return next(iter(texts(self.element.get("Sid"))), "")

    @property
    def actions(self) -> tuple[str, ...]:
        """The actions in `Action`, in small letters: their case does not count."""
        return tuple(action.casefold() for action in texts(self.element.get("Action")))

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources in `Resource`."""
        return texts(self.element.get("Resource"))

    @property
    def conditions(self) -> Any:  # noqa: ANN401 - JSON
        """The conditions in `Condition`, None where there are none."""
        return self.element.get("Condition") or None

    @property
    def for_everybody(self) -> bool:
        """Whether it names every principal, whatever its conditions."""
        principal = self.element.get("Principal")
        return "*" in texts(principal.get("AWS") if isinstance(principal, Mapping) else principal)

    def applies(self, request: Request) -> bool | None:
        """Whether it applies to a request, whatever its effect."""
        parts = (self._of_action, self._of_resource, self._of_principal, self._of_conditions)
        return _all(part(request) for part in parts)

    def _of_action(self, request: Request) -> bool | None:
        """Wildcards are open, because AWS says that it does not support them there (facts 4.4.8)."""
        asked = request.action.casefold()
        if "Action" not in self.element:
            left_out = [action.casefold() for action in texts(self.element.get("NotAction"))]
            return False if asked in left_out else None
        if asked in self.actions:
            return True
        return None if not self.actions or any(_glob(action, asked) for action in self.actions) else False

    def _of_resource(self, request: Request) -> bool | None:
        return _any(_is_vault(resource, request.vault) for resource in self.resources)

    def _of_principal(self, request: Request) -> bool | None:
        if "Principal" in self.element:
            return _names(self.element["Principal"], request.account)
        left_out = self.element.get("NotPrincipal")
        if left_out is None or (named := _names(left_out, request.account)) is None:
            return None
        # Who is left out by the ARN of an account need not be, as a role of it.
        return True if not named else False if left_out in ("*", {"AWS": "*"}, {"AWS": ["*"]}) else None

    def _of_conditions(self, request: Request) -> bool | None:
        return _all(_conditions(self.element.get("Condition", {}), request))


class AccessPolicy(Record, eq=False, dict=True):
    """The access policy of a vault; one without statements where it has none.

    Accounts that it does not mention, in one unit where it `asks_for_path`, get the same answers of one vault, and of
    their own where it does not tell these apart.
    """

    statements: tuple[Statement, ...]

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The ids of all accounts that it mentions."""
        return frozenset(ACCOUNT_ID.findall(repr(self.statements)))

    @cached_property
    def tells_vaults_apart(self) -> bool:
        """Whether it has a pattern of resources, which may match the vaults of some accounts alone."""
        return any(resource != "*" for statement in self.statements for resource in statement.resources)

    @cached_property
    def asks_for_path(self) -> bool:
        """Whether it mentions where in the organization accounts stand."""
        return _ORG_PATHS in repr(self.statements).casefold()

    def denying(self, request: Request) -> Statement | None:
        """The first statement that surely denies a request."""
        return next((one for one in self.statements if one.effect == DENY and one.applies(request)), None)

    def allows(self, request: Request) -> bool | None:
        """Whether any statement allows a request, whatever others deny."""
        answers = ((one.effect, one.applies(request)) for one in self.statements if one.effect != DENY)
        return _any((answer if effect == ALLOW else None for effect, answer in answers), none=False)


NO_POLICY = AccessPolicy(())
"""What a vault has to which nobody gave a policy."""


def read_access_policy(policy: Json) -> AccessPolicy | None:
    """The policy in a JSON object or its text; None where it is neither."""
    read = read_json(policy) if isinstance(policy, str) else policy
    if isinstance(read, TextFault) or not isinstance(read, dict):
        return None
    statements = read.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    return AccessPolicy(tuple(Statement(one if isinstance(one, dict) else {}) for one in listed))


def texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    """The texts of an element that holds one of them, or a list."""
    return tuple(text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))


def _names(principal: Any, account: str) -> bool | None:  # noqa: ANN401 - JSON
    """Whether an element names the principals of an account that run plans."""
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return None
    return _any(_names_one(kind, one, account) for kind, ones in principal.items() for one in _each(ones))


def _names_one(kind: str, principal: Any, account: str) -> bool | None:  # noqa: ANN401 - JSON
    if kind != "AWS" or not isinstance(principal, str):
        return None
    if principal == "*" or ACCOUNT_ID.fullmatch(principal):
        return principal in ("*", account)
    match = _PRINCIPAL.fullmatch(principal)
    if match is None:
        return None
    # Which of the account's roles makes a copy the plan says; the account stands for all of them.
    return False if match[1] != account else True if match[2] == "root" else None


def _is_vault(resource: str, vault: str) -> bool | None:
    """Whether a pattern of resources matches a vault; other kinds of resources are open."""
    if _VARIABLE in resource or not resource:
        return None
    if _glob(resource, vault):
        return True
    return False if _VAULT_ARN.fullmatch(resource) and not _glob(resource.casefold(), vault.casefold()) else None


def _conditions(conditions: Any, request: Request) -> Iterator[bool | None]:  # noqa: ANN401 - JSON
    """The answer of each condition; all of them have to hold."""
    operators = conditions if isinstance(conditions, Mapping) else {"": conditions}
    for operator, keys in operators.items():
        for key, values in keys.items() if keys and isinstance(keys, Mapping) else [("", keys)]:
            yield _condition(operator.casefold().removesuffix("ifexists"), key.casefold(), _each(values), request)


def _condition(operator: str, key: str, values: list[Any], request: Request) -> bool | None:
    prefix, colon, name = operator.rpartition(":")
    test, actual = _TESTS.get(name.replace("not", "", 1)), _of_request(request, key, several=bool(colon))
    if test is None or actual is None or prefix + colon not in _OF_ONE_VALUE:
        return None
    answer = _any(_value(test, value, actual, key) for value in values)
    return answer if answer is None or "not" not in name else not answer


def _of_request(request: Request, key: str, *, several: bool) -> str | None:
    """The value of a request for a key, as far as that is known."""
    if key == _ORG_PATHS:
        # It may have several values, of which an account has one: what AWS makes of it elsewhere nobody says.
        return request.path if several else None
    return {"aws:principalorgid": request.organization, _ACCOUNT: request.account}.get(key)


def _value(test: Callable[[str, str], bool], value: Any, actual: str, key: str) -> bool | None:  # noqa: ANN401 - JSON
    if not isinstance(value, str) or _VARIABLE in value:
        return None
    if key == _ACCOUNT and not ACCOUNT_ID.fullmatch(value):
        return None
    return test(value, actual)


def _glob(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text, in which `*` stands for any characters and `?` for one."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    first, *rest = (re.escape(part).replace(r"\?", ".") for part in _STARS.split(pattern))
    if rest:
        # Atomic groups: the earliest place of a part is as good as any, so that none is tried twice.
        first += "".join(f"(?>.*?{part})" for part in rest[:-1]) + f".*{rest[-1]}"
    return re.fullmatch(first, text, re.DOTALL) is not None


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "stringequals": str.__eq__,
    "stringequalsignorecase": lambda value, actual: value.casefold() == actual.casefold(),
    "stringlike": _glob,
}


def _each(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [value]


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Whether all answers are yes; the first no decides, whatever nobody knows."""
    together: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        together = None if answer is None else together
    return together


def _any(answers: Iterable[bool | None], *, none: bool | None = None) -> bool | None:
    """Whether any answer is yes; `none` is the answer of no answers."""
    known = set(answers)
    if not known:
        return none
    return True if True in known else None if None in known else False
