"""Settings of AWS Backup in the caller's account: by Region, and those of the management account for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from policyengine.aws.facts.api_operations import DESCRIBE_GLOBAL_SETTINGS, DESCRIBE_REGION_SETTINGS
from policyengine.live.access import AwsAccess
from policyengine.live.account_reading import OFF, SKIPPED, Skip
from policyengine.live.answers import Answer, ApiError, ApiRequest, FaultKind
from policyengine.live.caller import Caller

_DYNAMODB = "DynamoDB"


class SettingsReader:
    """Reads the settings that the management account has for the organization."""

    def __init__(self, access: AwsAccess, *, demanded: Sequence[str]) -> None:
        self._access, self._demanded = access, frozenset(demanded)

    def read(self, caller: Caller, regions: Sequence[str]) -> tuple[dict[str, Any], tuple[Skip, ...]]:
        """The settings as a snapshot has them, and what could not be read. Raises as `Calls` does.

        Another account has settings of its own, which are not those of the organization: all stay unknown then.
        """
        if not caller.is_management:
            actions = (DESCRIBE_GLOBAL_SETTINGS.action, DESCRIBE_REGION_SETTINGS.action)
            why = "only the management account can read them"
            return {}, tuple(Skip(action, why, account=caller.account) for action in actions)
        skipped: list[Skip] = []
        settings: dict[str, Any] = {}
        shared = self._optional(ApiRequest(DESCRIBE_GLOBAL_SETTINGS), _shared, caller.account, skipped)
        if shared is not None:
            settings["cross_account_backup"] = shared
        read = self._access.each(
            DESCRIBE_REGION_SETTINGS.name, lambda region: self._region(region, caller.account, skipped), regions
        )
        for name, place in (("opt_in", 0), ("dynamodb_advanced", 1)):
            by_region = {
                region: answer[place]
                for region, answer in zip(regions, read, strict=True)
                if answer is not None and answer[place] is not None
            }
            settings.update({name: by_region} if by_region else {})
        return settings, tuple(sorted(skipped, key=lambda skip: (skip.action, skip.region)))

    def _region(self, region: str, account: str, skipped: list[Skip]) -> tuple[list[str], bool | None] | None:
        request = ApiRequest(DESCRIBE_REGION_SETTINGS, region=region)
        read: tuple[list[str], bool | None] | None = self._optional(request, _of_region, account, skipped)
        return read

    def _optional(self, request: ApiRequest, take: Callable[[Answer], Any], account: str, skipped: list[Skip]) -> Any:  # noqa: ANN401 - what `take` makes of it
        try:
            return self._access.calls.read(request, take)
        except ApiError as error:
            is_off = bool(request.region) and error.kind in OFF
            if is_off and request.region in self._demanded:
                raise ApiError(FaultKind.REGION_OFF, request, code=error.code, status=error.status) from None
            if not is_off and error.kind not in SKIPPED:
                raise
            kind = FaultKind.REGION_OFF if is_off else error.kind
            skipped.append(Skip(request.action, kind.value, error.code, account, request.region))
            return None


def _shared(answer: Answer) -> bool | None:
    value = answer["GlobalSettings"].get("isCrossAccountBackupEnabled")
    return None if value is None else str(value).lower() == "true"


def _of_region(answer: Answer) -> tuple[list[str], bool | None]:
    """The types that are opted in, and whether DynamoDB has its advanced features."""
    opted = answer["ResourceTypeOptInPreference"]
    advanced = answer.get("ResourceTypeManagementPreference", {}).get(_DYNAMODB)
    return sorted(name for name, on in opted.items() if on is True), advanced if isinstance(advanced, bool) else None
