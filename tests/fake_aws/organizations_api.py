"""AWS Organizations: operations from a request and the state to the answer, as the API's reference has them.

Lists come in an order that says nothing (by a hash), for the API promises none. Texts of errors are ours, codes and
reasons are AWS's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from fake_aws.faults import ApiError
from fake_aws.organization_state import HeldAccount, HeldPolicy, HeldUnit, State, made_up_id
from fake_aws.published import NOW, Publisher

Tree = dict[str, Any]

TYPE = "BACKUP_POLICY"
SERVICE = "backup.amazonaws.com"
PAGE = 20
MOST_ATTACHED = 10
LONGEST = 10_000
MOST_POLICIES = 1000


class Request(NamedTuple):
    """A call: who makes it, and with what. `number` counts the calls of the server."""

    operation: str
    caller: str
    input: Mapping[str, Any]
    number: int = 0

    def text(self, member: str) -> str:
        """A member that has to be there."""
        value = self.input.get(member)
        if not isinstance(value, str):
            raise invalid("INPUT_REQUIRED", f"You must specify {member}.")
        return value


class Books(Protocol):
    """What operations read: the state that they see, and those that effective policies are made from, the last one last."""

    publisher: Publisher

    @property
    def seen(self) -> State: ...

    @property
    def settled(self) -> Sequence[State]: ...


class Listed(NamedTuple):
    """A whole list, which the server cuts in pages: the answer's member, its items, and what stands beside them."""

    member: str
    items: Sequence[Any]
    beside: Mapping[str, Any] = {}


Answer = Tree | Listed
Reading = Callable[[Books, Request], Answer]
Writing = Callable[[State, Request], tuple[State, Tree]]


def invalid(reason: str, message: str) -> ApiError:
    """What AWS answers to input that it does not take."""
    return ApiError("InvalidInputException", message, reason=reason)


def missing(kind: str, target: str) -> ApiError:
    """What AWS answers where nothing has this id; `kind` is such as `Policy`."""
    return ApiError(f"{kind}NotFoundException", f"You specified {target!r}, which doesn't exist.")


def check_caller(state: State, request: Request) -> None:
    """Organizations answers the management account; members only where they are and what is published for them."""
    if request.caller == state.management or request.operation == "DescribeOrganization":
        return
    if (
        request.operation == "DescribeEffectivePolicy"
        and request.input.get("TargetId", request.caller) == request.caller
    ):
        return
    message = "You don't have permissions to access this resource."
    raise ApiError("AccessDeniedException", message)


def _describe_organization(books: Books, request: Request) -> Tree:
    state = books.seen
    described: Tree = {
        "Id": state.organization,
        "Arn": _arn(state, "organization", ""),
        "FeatureSet": "ALL",
        "MasterAccountArn": _account_arn(state, state.management),
        "MasterAccountId": state.management,
        "MasterAccountEmail": state.accounts[state.management].email,
    }
    if request.caller == state.management:
        described["AvailablePolicyTypes"] = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    return {"Organization": described}


def _list_roots(books: Books, _request: Request) -> Listed:
    state = books.seen
    kinds = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
    if state.enabled:
        kinds.append({"Type": TYPE, "Status": "ENABLED"})
    root = {"Id": state.root, "Arn": _arn(state, "root", state.root), "Name": state.root_name, "PolicyTypes": kinds}
    return Listed("Roots", [root])


def _list_units(books: Books, request: Request) -> Listed:
    state, parent = books.seen, _parent(books.seen, request)
    return Listed(
        "OrganizationalUnits",
        [_unit(state, unit) for unit in _shuffled(unit for unit in state.units.values() if unit.parent == parent)],
    )


def _list_accounts_for_parent(books: Books, request: Request) -> Listed:
    state, parent = books.seen, _parent(books.seen, request)
    found = _shuffled(account for account in state.accounts.values() if account.parent == parent)
    return Listed("Accounts", [_account(state, account) for account in found])


def _list_accounts(books: Books, _request: Request) -> Listed:
    state = books.seen
    return Listed("Accounts", [_account(state, account) for account in _shuffled(state.accounts.values())])


def _describe_account(books: Books, request: Request) -> Tree:
    account = books.seen.accounts.get(request.text("AccountId"))
    if account is None:
        raise missing("Account", request.text("AccountId"))
    return {"Account": _account(books.seen, account)}


def _describe_unit(books: Books, request: Request) -> Tree:
    unit = books.seen.units.get(request.text("OrganizationalUnitId"))
    if unit is None:
        raise missing("OrganizationalUnit", request.text("OrganizationalUnitId"))
    return {"OrganizationalUnit": _unit(books.seen, unit)}


def _list_parents(books: Books, request: Request) -> Listed:
    state, child = books.seen, request.text("ChildId")
    entity = state.accounts.get(child) or state.units.get(child)
    if entity is None:
        raise missing("Child", child)
    return Listed("Parents", [{"Id": entity.parent, "Type": _kind(state, entity.parent)}])


def _list_policies(books: Books, request: Request) -> Listed:
    if request.text("Filter") != TYPE:
        return Listed("Policies", [])
    return Listed("Policies", [_summary(books.seen, policy) for policy in _shuffled(books.seen.policies.values())])


def _describe_policy(books: Books, request: Request) -> Tree:
    policy = _policy(books.seen, request)
    return {"Policy": _described(books.seen, policy)}


def _list_targets(books: Books, request: Request) -> Listed:
    state, policy = books.seen, _policy(books.seen, request)
    targets = [target for target, attached in state.attached.items() if policy.id in attached]
    return Listed(
        "Targets",
        [
            {
                "TargetId": target,
                "Arn": _target_arn(state, target),
                "Name": state.name_of(target),
                "Type": _kind(state, target),
            }
            for target in sorted(targets, key=_scattered)
            if state.has_target(target)
        ],
    )


def _list_policies_for_target(books: Books, request: Request) -> Listed:
    state, target = books.seen, _target(books.seen, request)
    if request.text("Filter") != TYPE:
        return Listed("Policies", [])
    attached = _shuffled(state.policies[policy] for policy in state.attached.get(target, ()))
    return Listed("Policies", [_summary(state, policy) for policy in attached])


def _list_tags(books: Books, request: Request) -> Listed:
    state, resource = books.seen, request.text("ResourceId")
    if not (state.has_target(resource) or resource in state.policies):
        raise missing("Target", resource)
    return Listed("Tags", [{"Key": key, "Value": value} for key, value in state.tags.get(resource, {}).items()])


def _describe_effective_policy(books: Books, request: Request) -> Tree:
    state = books.settled[-1]
    _check_type(state, request)
    account = str(request.input.get("TargetId", request.caller))
    if account not in state.accounts:
        if state.has_target(account):
            raise invalid("TARGET_NOT_SUPPORTED", "You can only specify an account.")
        raise missing("Target", account)
    document = books.publisher.document(books.settled, account)
    return {
        "EffectivePolicy": {
            "PolicyContent": json.dumps(document, ensure_ascii=False),
            "LastUpdatedTimestamp": NOW.timestamp(),
            "TargetId": account,
            "PolicyType": TYPE,
        }
    }


def _list_invalid(books: Books, request: Request) -> Listed:
    state = books.settled[-1]
    _check_type(state, request)
    found = _shuffled(state.accounts[account] for account in books.publisher.invalid(state))
    return Listed("Accounts", [_account(state, account) for account in found], {"PolicyType": TYPE})


def _list_validation_errors(books: Books, request: Request) -> Listed:
    state, account = books.settled[-1], request.text("AccountId")
    _check_type(state, request)
    if account not in state.accounts:
        raise missing("Account", account)
    errors = [
        {
            "ErrorCode": error["code"],
            "ErrorMessage": error["message"],
            "PathToError": error["path"],
            "ContributingPolicies": error["contributing_policies"],
        }
        for error in books.publisher.result(state, account).errors
    ]
    beside: Tree = {"AccountId": account, "PolicyType": TYPE}
    if errors:
        beside |= {"Path": _path(state, account), "EvaluationTimestamp": NOW.timestamp()}
    return Listed("EffectivePolicyValidationErrors", errors, beside)


READS: Mapping[str, Reading] = {
    "DescribeOrganization": _describe_organization,
    "ListRoots": _list_roots,
    "ListOrganizationalUnitsForParent": _list_units,
    "ListAccountsForParent": _list_accounts_for_parent,
    "ListAccounts": _list_accounts,
    "DescribeAccount": _describe_account,
    "DescribeOrganizationalUnit": _describe_unit,
    "ListParents": _list_parents,
    "ListPolicies": _list_policies,
    "DescribePolicy": _describe_policy,
    "ListTargetsForPolicy": _list_targets,
    "ListPoliciesForTarget": _list_policies_for_target,
    "ListTagsForResource": _list_tags,
    "DescribeEffectivePolicy": _describe_effective_policy,
    "ListAccountsWithInvalidEffectivePolicy": _list_invalid,
    "ListEffectivePolicyValidationErrors": _list_validation_errors,
}


def _create_policy(state: State, request: Request) -> tuple[State, Tree]:
    name, content = request.text("Name"), _content(request.text("Content"))
    if request.text("Type") != TYPE:
        raise invalid("INVALID_ENUM_POLICY_TYPE", "This server has backup policies only.")
    _check_name(state, name)
    if len(state.policies) >= MOST_POLICIES:
        raise _limit("POLICY_NUMBER_LIMIT_EXCEEDED", "You have attempted to exceed the number of policies.")
    policy = HeldPolicy(
        made_up_id("p-", name, str(request.number)), name, content, request.input.get("Description", "")
    )
    changed = replace(state, policies={**state.policies, policy.id: policy})
    if tags := request.input.get("Tags"):
        changed = replace(changed, tags={**changed.tags, policy.id: {tag["Key"]: tag["Value"] for tag in tags}})
    return changed, {"Policy": _described(changed, policy)}


def _update_policy(state: State, request: Request) -> tuple[State, Tree]:
    policy = _policy(state, request)
    if (name := request.input.get("Name", policy.name)) != policy.name:
        _check_name(state, name)
    content = _content(request.input["Content"]) if "Content" in request.input else policy.content
    policy = HeldPolicy(policy.id, name, content, request.input.get("Description", policy.description))
    changed = replace(state, policies={**state.policies, policy.id: policy})
    return changed, {"Policy": _described(changed, policy)}


def _delete_policy(state: State, request: Request) -> tuple[State, Tree]:
    policy = _policy(state, request)
    if any(policy.id in attached for attached in state.attached.values()):
        raise ApiError("PolicyInUseException", "The policy is attached to one or more entities.")
    policies = {key: value for key, value in state.policies.items() if key != policy.id}
    return replace(state, policies=policies, tags=_without(state.tags, policy.id)), {}


def _attach_policy(state: State, request: Request) -> tuple[State, Tree]:
    policy, target = _policy(state, request), _target(state, request)
    if not state.enabled:
        raise ApiError("PolicyTypeNotEnabledException", "The specified policy type isn't enabled in this root.")
    attached = state.attached.get(target, ())
    if policy.id in attached:
        raise ApiError("DuplicatePolicyAttachmentException", "The policy is already attached to the target.")
    if len(attached) >= MOST_ATTACHED:
        reason = "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
        raise _limit(reason, "You have attempted to exceed the number of policies of that type for the target.")
    return replace(state, attached={**state.attached, target: (*attached, policy.id)}), {}


def _detach_policy(state: State, request: Request) -> tuple[State, Tree]:
    policy, target = _policy(state, request), _target(state, request)
    attached = state.attached.get(target, ())
    if policy.id not in attached:
        raise ApiError("PolicyNotAttachedException", "The policy isn't attached to the specified target.")
    left = tuple(one for one in attached if one != policy.id)
    return replace(state, attached={**state.attached, target: left}), {}


def _tag_resource(state: State, request: Request) -> tuple[State, Tree]:
    resource = request.text("ResourceId")
    if not (state.has_target(resource) or resource in state.policies):
        raise missing("Target", resource)
    tags = {tag["Key"]: tag["Value"] for tag in request.input["Tags"]}
    return replace(state, tags={**state.tags, resource: {**state.tags.get(resource, {}), **tags}}), {}


def _untag_resource(state: State, request: Request) -> tuple[State, Tree]:
    resource = request.text("ResourceId")
    gone = request.input["TagKeys"]
    left = {key: value for key, value in state.tags.get(resource, {}).items() if key not in gone}
    return replace(state, tags={**state.tags, resource: left}), {}


def _move_account(state: State, request: Request) -> tuple[State, Tree]:
    account = state.accounts.get(request.text("AccountId"))
    if account is None:
        raise missing("Account", request.text("AccountId"))
    source, to = request.text("SourceParentId"), request.text("DestinationParentId")
    if account.parent != source:
        raise missing("SourceParent", source)
    if to != state.root and to not in state.units:
        raise missing("DestinationParent", to)
    return replace(state, accounts={**state.accounts, account.id: account._replace(parent=to)}), {}


def _enable_policy_type(state: State, request: Request) -> tuple[State, Tree]:
    if state.enabled:
        raise ApiError("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")
    return _switched(state, request, enabled=True)


def _disable_policy_type(state: State, request: Request) -> tuple[State, Tree]:
    if not state.enabled:
        raise ApiError("PolicyTypeNotEnabledException", "The specified policy type isn't enabled in this root.")
    return _switched(replace(state, attached={}), request, enabled=False)


def _switched(state: State, request: Request, *, enabled: bool) -> tuple[State, Tree]:
    if request.text("PolicyType") != TYPE or request.text("RootId") != state.root:
        raise missing("Root", request.text("RootId"))
    changed = replace(state, enabled=enabled)
    kinds = [{"Type": TYPE, "Status": "ENABLED" if enabled else "PENDING_DISABLE"}]
    root = {"Id": state.root, "Arn": _arn(state, "root", state.root), "Name": state.root_name, "PolicyTypes": kinds}
    return changed, {"Root": root}


WRITES: Mapping[str, Writing] = {
    "CreatePolicy": _create_policy,
    "UpdatePolicy": _update_policy,
    "DeletePolicy": _delete_policy,
    "AttachPolicy": _attach_policy,
    "DetachPolicy": _detach_policy,
    "TagResource": _tag_resource,
    "UntagResource": _untag_resource,
    "MoveAccount": _move_account,
    "EnablePolicyType": _enable_policy_type,
    "DisablePolicyType": _disable_policy_type,
}


def _policy(state: State, request: Request) -> HeldPolicy:
    policy = state.policies.get(request.text("PolicyId"))
    if policy is None:
        raise missing("Policy", request.text("PolicyId"))
    return policy


def _target(state: State, request: Request) -> str:
    target = request.text("TargetId")
    if not state.has_target(target):
        raise missing("Target", target)
    return target


def _parent(state: State, request: Request) -> str:
    parent = request.text("ParentId")
    if parent != state.root and parent not in state.units:
        raise missing("Parent", parent)
    return parent


def _check_type(state: State, request: Request) -> None:
    if request.text("PolicyType") != TYPE or not state.enabled:
        message = "If you ran this action on the management account, this policy type is not enabled."
        raise ApiError("EffectivePolicyNotFoundException", message)


def _check_name(state: State, name: str) -> None:
    if any(policy.name == name for policy in state.policies.values()):
        raise ApiError("DuplicatePolicyException", "A policy with the same name already exists.")


def _content(text: str) -> str:
    """A document as far as it is judged here: JSON without repeated keys, `plans` alone, not too long."""
    if len(text) > LONGEST:
        raise _limit("POLICY_CONTENT_LIMIT_EXCEEDED", "You have attempted to exceed the size of the policy content.")
    try:
        document = json.loads(text, object_pairs_hook=_unique)
    except ValueError:
        document = None
    if not isinstance(document, dict) or set(document) - {"plans"}:
        message = "The provided policy document does not meet the requirements of the specified policy type."
        raise ApiError("MalformedPolicyDocumentException", message)
    return text


def _unique(pairs: list[tuple[str, Any]]) -> Tree:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("repeated key")
    return dict(pairs)


def _limit(reason: str, message: str) -> ApiError:
    return ApiError("ConstraintViolationException", message, reason=reason)


def _shuffled(entities: Iterable[Any]) -> list[Any]:
    return sorted(entities, key=lambda entity: _scattered(entity.id))


def _scattered(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _without(tags: Mapping[str, Mapping[str, str]], gone: str) -> dict[str, Mapping[str, str]]:
    return {key: value for key, value in tags.items() if key != gone}


def _kind(state: State, target: str) -> str:
    return "ROOT" if target == state.root else "ACCOUNT" if target in state.accounts else "ORGANIZATIONAL_UNIT"


def _arn(state: State, kind: str, name: str) -> str:
    rest = f"{state.organization}/{name}" if name else state.organization
    return f"arn:aws:organizations::{state.management}:{kind}/{rest}"


def _account_arn(state: State, account: str) -> str:
    return _arn(state, "account", account)


def _target_arn(state: State, target: str) -> str:
    return _arn(state, {"ROOT": "root", "ACCOUNT": "account"}.get(_kind(state, target), "ou"), target)


def _path(state: State, target: str) -> str:
    return "/".join([state.organization, *state.chain(target), ""])


def _account(state: State, account: HeldAccount) -> Tree:
    return {
        "Id": account.id,
        "Arn": _account_arn(state, account.id),
        "Email": account.email,
        "Name": account.name,
        "Status": account.status,
        "State": account.state,
        "Paths": [_path(state, account.id)],
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": NOW.timestamp(),
    }


def _unit(state: State, unit: HeldUnit) -> Tree:
    return {"Id": unit.id, "Arn": _arn(state, "ou", unit.id), "Name": unit.name, "Path": _path(state, unit.id)}


def _summary(state: State, policy: HeldPolicy) -> Tree:
    return {
        "Id": policy.id,
        "Arn": _arn(state, "policy", f"backup_policy/{policy.id}"),
        "Name": policy.name,
        "Description": policy.description,
        "Type": TYPE,
        "AwsManaged": False,
    }


def _described(state: State, policy: HeldPolicy) -> Tree:
    return {"PolicySummary": _summary(state, policy), "Content": policy.content}
