"""The semantic actions of the grammar: the function that builds the node of each rule.

Their names are those after `->` in `grammar/policy.lark`. A function takes the reading and the values of the symbols
of its rule, a token for each terminal, and returns the value of the reduced symbol.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from policyengine.language.syntax import build_requirements as requirements
from policyengine.language.syntax import build_statements as statements
from policyengine.language.syntax import build_values as values
from policyengine.language.syntax.grammar import grammar
from policyengine.language.syntax.reading import Reading, Token

T = TypeVar("T")
Action = Callable[..., Any]


def nothing(_reading: Reading) -> list[Any]:
    """An empty list, to be filled by `more` and `another`."""
    return []


def absent(_reading: Reading) -> None:
    """An optional part that is not there."""


def first(_reading: Reading, item: T) -> list[T]:
    """A list with its first item."""
    return [item]


def another(_reading: Reading, items: list[T], _separator: Token, item: T) -> list[T]:
    """The list with an item after a separator."""
    items.append(item)  # in place: a new list for each item would make long lists quadratic
    return items


def more(_reading: Reading, items: list[T], item: T | None) -> list[T]:
    """The list with an item that follows without a separator; None is an item that was refused."""
    if item is not None:
        items.append(item)
    return items


def only(_reading: Reading, value: T) -> T:
    """The value of the only symbol of a rule."""
    return value


def second(_reading: Reading, _word: Token, value: T) -> T:
    """The value after a keyword."""
    return value


ACTIONS: dict[str, Action] = {
    "absent": absent,
    "adjacent": more,
    "and": requirements.conjunction,
    "another": another,
    "argument": statements.argument,
    "assertion": requirements.assertion,
    "at_least": requirements.at_least,
    "attach": statements.attach,
    "attribute": requirements.attribute,
    "bare_name": values.bare_name,
    "body": statements.body,
    "boolean": values.boolean,
    "call": statements.call,
    "chain": requirements.chain,
    "children": statements.children,
    "clause_scope": requirements.clause_scope,
    "clause_setting": requirements.clause_setting,
    "comparison": requirements.comparison,
    "condition_of_open": requirements.condition_of_open,
    "copy_to_arn": statements.copy_to_arn,
    "copy_to_vault": statements.copy_to_vault,
    "cron": values.cron,
    "daily": values.daily,
    "date": values.date,
    "duration": values.duration,
    "every_hours": values.every_hours,
    "expect": requirements.expect,
    "expect_validity": requirements.expect_validity,
    "expect_violation": requirements.expect_violation,
    "expression_list": requirements.items,
    "filtered_quantifier": requirements.filtered_quantifier,
    "first": first,
    "forever": values.forever,
    "given_account": requirements.given_account,
    "given_policy": requirements.given_policy,
    "hourly": values.hourly,
    "index": requirements.index,
    "inside": statements.inside,
    "integer": values.integer,
    "language": statements.language,
    "last_and": requirements.last_and,
    "last_or": requirements.last_or,
    "let": statements.let,
    "like_and_body": statements.like_and_body,
    "like_only": statements.like_only,
    "list": values.list_of,
    "locked": statements.locked,
    "locked_key": statements.locked_key,
    "longer_chain": requirements.longer_chain,
    "monthly": values.monthly,
    "more": more,
    "named_block": statements.named_block,
    "nameless_template": statements.nameless_template,
    "not": requirements.negation,
    "not_like": statements.not_like,
    "nothing": nothing,
    "nothing_inside": statements.nothing_inside,
    "only_body": statements.only_body,
    "or": requirements.disjunction,
    "pack": statements.pack,
    "parameter": statements.parameter,
    "parenthesised": requirements.parenthesised,
    "path": requirements.path,
    "plain_block": statements.plain_block,
    "policy": statements.policy,
    "quantifier": requirements.quantifier,
    "quantity": requirements.quantity,
    "quoted_name": values.quoted_name,
    "reference": values.reference,
    "require": requirements.require,
    "root": statements.root,
    "second": second,
    "second_text": requirements.second_text,
    "selection": statements.selection,
    "setting": statements.setting,
    "spread": values.spread,
    "spread_operand": requirements.spread_operand,
    "template": statements.template,
    "test": requirements.test,
    "text": values.text,
    "two_words": statements.two_words,
    "unit_or_account": statements.unit_or_account,
    "unparenthesised": requirements.unparenthesised,
    "use_pack": statements.use_pack,
    "waive": statements.waive,
    "weekly": values.weekly,
    "where": statements.where,
    "word": requirements.word,
    "yearly": values.yearly,
}


@cache
def reductions() -> list[tuple[str, int, Action]]:
    """Nonterminal, length and function of each rule, in reverse.

    An action `n < 0` of the tables reduces by rule `-n - 1`, which is thus the entry at index `n`.
    """
    return [(name, size, ACTIONS[action] if action else only) for name, size, action in reversed(grammar().rules)]
