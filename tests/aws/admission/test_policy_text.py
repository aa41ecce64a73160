"""JSON text of a policy: what is read, what is refused and why, what nothing is lost of."""

from __future__ import annotations

import time

import pytest
from aws.admission.builders import of_text, of_value

from policyengine.aws.documents import Duplicate, PolicyDocument
from policyengine.aws.policy_text import TextFault, minify, read_document


def test_a_document_keeps_what_was_written() -> None:
    text = '{ "plans": {"é": [1, true, null, "\\u00e9", -7]} }\n'
    document = of_text(text)

    assert document.content == {"plans": {"é": [1, True, None, "é", -7]}}
    assert document.size == len(text)
    assert document.minified_size == len('{"plans":{"é":[1,true,null,"é",-7]}}')
    assert (document.name, document.duplicates, document.span) == ("p", (), None)


BEGIN = 'a policy begins with `{"plans": `'


@pytest.mark.parametrize("spelling", ["60.0", "1e2", "1E+2", "-0", "-0.0", "9" * 5000, "-" + "9" * 5000, "1e999"])
def test_numbers_that_python_would_change_are_kept_as_they_are_spelled(spelling: str) -> None:
    assert of_text('{"a": ' + spelling + "}").content == {"a": spelling}


@pytest.mark.parametrize("digits", ["0", "-1", "9007199254740993", "9" * 4000])
def test_whole_numbers_are_numbers(digits: str) -> None:
    assert of_text('{"a": ' + digits + "}").content == {"a": int(digits)}


def test_repeated_keys_are_noted_where_they_stand() -> None:
    text = '{"a": {"lost": 1, "lost": 2}, "a": {"b": 1, "b": 2, "b": 3, "c": [{"d": 1, "d": 2}]}, "A": 1}'
    document = of_text(text)

    assert document.content == {"a": {"b": 3, "c": [{"d": 2}]}, "A": 1}
    assert set(document.duplicates) == {
        Duplicate((), "a"),
        Duplicate(("a",), "b"),
        Duplicate(("a", "c", "0"), "d"),
    }


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("", "the text is empty, expected a JSON object (line 1, column 1)", ""),
        (" \n\t", "the text is empty, expected a JSON object (line 1, column 1)", ""),
        (
            "\ufeff{}",
            "a byte order mark stands before the document (line 1, column 1)",
            "save the file as UTF-8 without one",
        ),
        ("\x7fELF\x00", "expected a value, found the character U+007F (line 1, column 1)", BEGIN),
        ("plans", "expected a value, found `p` (line 1, column 1)", BEGIN),
        ("[]", "expected an object, found a list (line 1, column 1)", 'a policy begins with `{"plans": `'),
        ('"x"', "expected an object, found a string (line 1, column 1)", 'a policy begins with `{"plans": `'),
        ("12", "expected an object, found a number (line 1, column 1)", 'a policy begins with `{"plans": `'),
        ("null", "expected an object, found `null` (line 1, column 1)", 'a policy begins with `{"plans": `'),
        ("true", "expected an object, found a boolean (line 1, column 1)", 'a policy begins with `{"plans": `'),
        (
            '{\n "a": 1,\n}',
            "expected a key in double quotes, found `}` (line 3, column 1)",
            "remove the comma before the closing bracket",
        ),
        (
            "{'a': 1}",
            "expected a key in double quotes, found `'` (line 1, column 2)",
            "JSON takes double quotes only",
        ),
        ("{\n  # why\n}", "expected a key in double quotes, found `#` (line 2, column 3)", "JSON has no comments"),
        ('{"a" 1}', "expected `:` after a key, found `1` (line 1, column 6)", ""),
        ('{"a": 1 "b": 2}', 'expected `,` or a closing bracket, found `"` (line 1, column 9)', ""),
        (
            '{"a": ',
            "expected a value, found the end of the text (line 1, column 7)",
            "the text ends too soon: fetch it, or save it, once more",
        ),
        ("{} {}", "expected nothing after the document, found `{` (line 1, column 4)", ""),
        ('{"a', "expected a closing double quote for the string that begins here (line 1, column 2)", ""),
        (
            '{"a\nb": 1}',
            "expected no raw control character in a string, found the character U+000A (line 1, column 4)",
            "",
        ),
        ('{"\\x": 1}', "expected one of the escapes of JSON after `\\`, found `\\x` (line 1, column 3)", ""),
        ('{"a": "NaN", "b": NaN}', "expected a number, found `NaN` (line 1, column 19)", "JSON has no such number"),
        ('{"a": -Infinity}', "expected a number, found `-Infinity` (line 1, column 7)", "JSON has no such number"),
        (
            '{"a": "\\ud83d\\ude00",\n "b": "\\ude00"}',
            "half a surrogate pair stands where a character is expected (line 2, column 8)",
            "write the character itself, or both halves of its escape",
        ),
        (
            '{"a": "\ud800"}',
            "half a surrogate pair stands where a character is expected (line 1, column 8)",
            "write the character itself, or both halves of its escape",
        ),
    ],
)
def test_what_is_no_document_says_why(text: str, message: str, advice: str) -> None:
    fault = read_document("p", text)

    assert isinstance(fault, TextFault)
    assert (str(fault), fault.help) == (message, advice)


@pytest.mark.parametrize(
    "text",
    ["[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, "[" * 10_000_000, '{"a":' * 401 + "{}" + "}" * 401],
    ids=["lists", "objects", "ten megabytes", "just too deep"],
)
def test_deep_nesting_is_refused(text: str) -> None:
    fault = read_document("p", text)

    assert isinstance(fault, TextFault)
    assert fault.message == "the brackets nest too deeply"


def test_many_brackets_side_by_side_are_read() -> None:
    assert isinstance(read_document("p", '{"a": [' + "[]," * 1000 + "[]]}"), PolicyDocument)


def test_ten_megabytes_of_braces_are_refused_at_once() -> None:
    begin = time.process_time()
    assert isinstance(read_document("p", "{" * 10_000_000), TextFault)
    assert time.process_time() - begin < 1


def test_a_minified_document_has_the_size_of_its_text() -> None:
    document = of_value({"plans": {0: {"regions": ["é", 1.5]}}})

    assert document.content == {"plans": {"0": {"regions": ["é", "1.5"]}}}
    assert document.size == document.minified_size == len('{"plans":{"0":{"regions":["é",1.5]}}}')


def test_keys_that_become_equal_as_text_are_repeated_keys() -> None:
    assert of_value({1: 1, "1": 2}).duplicates == (Duplicate((), "1"),)


def test_minified_text_is_the_shortest() -> None:
    assert minify({"a": ["é", "\n", 1, True, None]}) == '{"a":["é","\\n",1,true,null]}'
