"""Law: a policy written with templates, parameters, lets and spreads compiles to what it is written out."""

from __future__ import annotations

from random import Random

from generators.dice import Dice
from generators.factoring import factored
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from language.compiler.admissible import documents
from language.compiler.compiling import Tree, canonical

from policyengine.aws.documents import PolicyDocument
from policyengine.base.source import Source
from policyengine.language.compiler import compile_policies, decompile
from policyengine.language.syntax import format_module, parse
from policyengine.language.syntax.nodes import Module, Policy


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), st.integers(0, 10_000))
def test_what_is_factored_compiles_to_the_same_document(content: Tree, seed: int) -> None:
    (policy,) = decompile(PolicyDocument("x", content, 1, 1), name="x").value.statements
    assert isinstance(policy, Policy)
    module = Module(Source("x.bpol", ""), None, factored(policy, Dice(Random(seed))), ())
    text = format_module(module)
    outcome = parse(Source("x.bpol", text))
    assert outcome.diagnostics == ()
    assert outcome.value == module
    assert format_module(outcome.value) == text
    compiled = compile_policies([outcome.value])
    assert compiled.diagnostics == (), text
    assert canonical(compiled.value.policies[0].content) == canonical(content), text
    imported = decompile(compiled.value.policies[0], name="x")
    again = compile_policies([imported.value])
    assert canonical(again.value.policies[0].content) == canonical(content)
