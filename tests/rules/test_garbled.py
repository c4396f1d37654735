"""The rule `garbled`: where broken text is an error, and where a warning."""

from __future__ import annotations

import json

import pytest

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import RULES, Reading
from toolace_mt.types import Dialogue, Finding, Turn

MISREAD = "Ren\u00c3\u00a9"


def found(*turns: Turn, system: str = "") -> list[Finding]:
    return RULES["garbled"](Reading(Dialogue(id="x", tools=(), turns=turns, system=system)))


def levels(*turns: Turn, system: str = "") -> list[tuple[int | None, str | None, str]]:
    return [(f.turn, f.call_id, f.severity) for f in found(*turns, system=system)]


@pytest.mark.parametrize("signs", ["\0", "\b", "\f", "\x1b[0m", "\x7f", "\ufffd", "\uffff", "\u202e", MISREAD])
class TestWhere:
    def test_messages_and_arguments(self, signs: str) -> None:
        turns = (
            user(f"a {signs}"),
            calls(call("c1", "find", what={"in": [f"b {signs}"]})),
            results(result("c1", "find", "1")),
            reply(signs),
        )

        assert levels(*turns) == [(0, None, "error"), (1, "c1", "error"), (3, None, "error")]

    def test_names_of_arguments(self, signs: str) -> None:
        assert levels(user("a"), calls(call("c1", "find", faulty=False, **{f"b {signs}": 1}))) == [(1, "c1", "error")]

    @pytest.mark.parametrize("escaped", [False, True])
    def test_results_may_be_broken_and_be_told(self, signs: str, escaped: bool) -> None:
        content = json.dumps({"name": signs}) if escaped else f"name: {signs}"
        turns = (user("a"), calls(call("c1", "find")), results(result("c1", "find", content)), reply(f"It is {signs}."))

        assert levels(*turns) == [(2, "c1", "warning"), (3, None, "warning")]
        assert levels(user(signs), *turns[1:])[0] == (0, None, "error")

    def test_the_system_prompt_may_be_broken(self, signs: str) -> None:
        assert levels(user("a"), reply(signs), system=f"You are {signs}.") == [
            (None, None, "warning"),
            (1, None, "warning"),
        ]


def test_each_is_told_once_in_a_place() -> None:
    (finding,) = found(user("a\0b\0c\0"))

    assert finding.detail == "contains the control character '\\x00'"


def test_what_only_looks_like_an_escape() -> None:
    code = r"print('\\u0000', re.compile('\\bword\\b'), 'C:\\\\files')"

    assert (
        found(user(code), calls(call("c1", "run", code=code)), results(result("c1", "find", json.dumps({"é": code}))))
        == []
    )
