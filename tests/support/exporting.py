"""A project's export from texts, as the command makes it."""

from __future__ import annotations

from policyengine.base.source import Source
from policyengine.engine import compile_sources
from policyengine.export import Export, exported
from policyengine.stages import PURE


def exported_from(tree: str | None, policies: str, *, only_project: bool = False) -> Export:
    """The export of one policy file in the organization of a snapshot's text, None for a project without one."""
    compiled = compile_sources([Source("policy.bpol", policies)])
    assert not compiled.failed, compiled.diagnostics
    if tree is None:
        return exported(compiled.value, None, None)
    snapshot = PURE.read_snapshot(Source("organization.yaml", tree))
    organization = PURE.attach(snapshot, compiled.value, only_project=only_project)
    assert not organization.failed, organization.diagnostics
    return exported(compiled.value, organization.value, snapshot)
