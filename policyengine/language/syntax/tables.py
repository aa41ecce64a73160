"""Builds the parser's LALR tables from `grammar/policy.lark` with lark, as JSON that `grammar.py` reads.

It runs when a wheel or an editable install is built (`hatch_build.py` loads this file by its path, so nothing here may
import the package), and at start-up only where those tables are missing or belong to another grammar.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

FORMAT = 1  # raised when the layout below changes

Row = dict[str, int]


def digest(grammar: str) -> str:
    """The hash that says which grammar tables were built from."""
    return hashlib.sha256(grammar.encode()).hexdigest()


def build(grammar: str) -> bytes:
    """The tables of a grammar, serialized.

    `states[s][key]` is the action of state `s` for a terminal: `n > 0` shifts to state `n - 1`, `n < 0` reduces by rule
    `-n - 1`. Keys are the texts of keywords and signs, `<NAME>` and the like for terminals with a pattern, and `<END>`.
    `gotos[s][nonterminal]` is the state after a reduction. A rule is its nonterminal, its length, and the name of the
    function that builds its node, empty where the value of a single symbol is passed on. `nesting` holds the states
    that are entered by the start of a level: a bracket, a brace, `not`, and the parts of a quantifier. A text is
    accepted in the state `end` at `<END>`.
    """
    parser = lark.Lark(grammar, parser="lalr", maybe_placeholders=False)
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    lexer = data["parser"]["lexer_conf"]
    terminals = [memo[entry["@"]] for entry in lexer["terminals"]]
    keys = {terminal["name"]: _key(terminal) for terminal in terminals}
    return json.dumps(
        {
            "format": FORMAT,
            "grammar": digest(grammar),
            "lark": lark.__version__,
            "patterns": [[keys[each["name"]], each["pattern"]["value"]] for each in _in_order(terminals)],
            "texts": sorted(each["pattern"]["value"] for each in terminals if not _is_pattern(each)),
            "ignored": [keys[name] for name in lexer["ignore"]],
            **_automaton(data["parser"]["parser"], keys | {"$END": "<END>"}, memo),
        },
        separators=(",", ":"),
    ).encode()


def _automaton(table: dict[str, Any], keys: dict[str, str], memo: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """The states of lark's table with their actions, numbered anew, and the rules by which they reduce."""
    numbers = {number: index for index, number in enumerate(_rule_numbers(table))}
    rules = [_rule(memo[number]) for number in numbers]
    states, gotos, order = _rows(table, keys, numbers)
    nesting = sorted({row[word] - 1 for row in states for word in _OPENERS if row.get(word, 0) > 0})
    _skip_passing(states, gotos, rules)
    return {
        "start": 0,
        "end": order[str(table["end_states"]["start"])],
        "rules": rules,
        "states": states,
        "gotos": gotos,
        "nesting": nesting,
    }


_OPENERS = ("(", "[", "{", "not", "satisfies", "where")


def _is_pattern(terminal: dict[str, Any]) -> bool:
    return bool(terminal["pattern"]["__type__"] == "PatternRE")


def _key(terminal: dict[str, Any]) -> str:
    return f"<{terminal['name']}>" if _is_pattern(terminal) else terminal["pattern"]["value"]


def _in_order(terminals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # The longest pattern first, as in lark's own lexer: a date goes before the number that it begins with.
    return sorted(filter(_is_pattern, terminals), key=lambda each: (-len(each["pattern"]["value"]), each["name"]))


def _rule_numbers(table: dict[str, Any]) -> list[int]:
    return sorted({arg["@"] for row in table["states"].values() for kind, arg in row.values() if kind == 1})


def _rule(rule: dict[str, Any]) -> list[str | int]:
    size = len(rule["expansion"])
    passing = size == 1 and not rule["alias"]
    return [rule["origin"]["name"], size, "" if passing else rule["alias"] or rule["origin"]["name"]]


def _rows(table: dict[str, Any], keys: dict[str, str], numbers: dict[int, int]) -> tuple[list[Row], list[Row], Row]:
    """Actions and gotos of the states, and their new numbers by lark's own, which differ from run to run."""
    named = {
        str(state): {table["tokens"][symbol]: action for symbol, action in row.items()}
        for state, row in table["states"].items()
    }
    order = _order(named, str(table["start_states"]["start"]))
    states: list[Row] = [{} for _ in order]
    gotos: list[Row] = [{} for _ in order]
    for state, number in order.items():
        for name, (kind, target) in sorted(named[state].items()):
            if kind == 1:
                states[number][keys[name]] = -numbers[target["@"]] - 1
            elif name in keys:
                states[number][keys[name]] = order[str(target)] + 1
            else:
                gotos[number][name] = order[str(target)]
    return states, gotos, order


def _order(named: dict[str, dict[str, Any]], start: str) -> Row:
    """The states numbered breadth first from the start, along their symbols in alphabetical order."""
    order = {start: 0}
    waiting = [start]
    for state in waiting:
        for _, (kind, target) in sorted(named[state].items()):
            if kind == 0 and str(target) not in order:
                order[str(target)] = len(order)
                waiting.append(str(target))
    return order


def _skip_passing(states: list[Row], gotos: list[Row], rules: list[list[str | int]]) -> None:
    """Redirects every step into a state that only passes a value on to the state that follows it.

    Such a state is entered, reduced and left without any effect, several times for each operand of an expression.
    """
    passing = {index: rules[index][0] for index in range(len(rules)) if not rules[index][2]}
    only = {state: _only_rule(row) for state, row in enumerate(states) if not gotos[state]}
    detours = {state: str(passing[rule]) for state, rule in only.items() if rule in passing}
    for row in gotos:
        for name, target in row.items():
            row[name] = _final(row, target, detours)
    for state, row in enumerate(states):
        for key, action in row.items():
            if action > 0:
                row[key] = _final(gotos[state], action - 1, detours) + 1


def _only_rule(row: Row) -> int:
    """The rule by which a state reduces whatever comes next; -1 where it does anything else."""
    actions = set(row.values())
    return -actions.pop() - 1 if len(actions) == 1 and max(actions) < 0 else -1


def _final(row: Row, target: int, detours: dict[int, str]) -> int:
    while target in detours:
        target = row[detours[target]]
    return target
