"""Each rule finds what it is there for, and nothing in a sound dialogue."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.doubles.strategies import dialogues
from tests.doubles.trips import (
    BOOK,
    RECEIPT,
    SEARCH,
    SEARCH_ARGUMENTS,
    call,
    calls,
    reply,
    result,
    results,
    trip,
    user,
    with_call,
    with_turn,
    without_turns,
)
from toolace_mt.rules import RULES, Reading, check
from toolace_mt.types import Dialogue, Finding, Turn


def found(rule: str, dialogue: Dialogue) -> list[Finding]:
    """Findings of one rule, which all name it and a place inside the dialogue."""
    findings = RULES[rule](Reading(dialogue))
    assert all(f.rule == rule for f in findings)
    assert all(f.turn is None or 0 <= f.turn < len(dialogue.turns) for f in findings)
    return findings


def places(rule: str, dialogue: Dialogue) -> list[tuple[int | None, str | None]]:
    return [(f.turn, f.call_id) for f in found(rule, dialogue) if f.severity == "error"]


def plain(*turns: object, tools: tuple[object, ...] = (SEARCH, BOOK)) -> Dialogue:
    return Dialogue.model_validate({"id": "x", "tools": tools, "turns": turns})


def test_a_sound_dialogue_passes_every_rule() -> None:
    assert check(trip()) == []


def test_rules_can_be_skipped() -> None:
    dialogue = with_turn(trip(), 13, text="")

    assert {f.rule for f in check(dialogue)} == {"alternation"}
    assert check(dialogue, skip=("alternation",)) == []


@settings(max_examples=60, deadline=None)
@given(dialogues())
def test_no_rule_fails_on_odd_dialogues(dialogue: Dialogue) -> None:
    broken = dialogue.model_copy(update={"turns": dialogue.turns[::-1]})

    assert all(isinstance(f, Finding) for f in (*check(dialogue), *check(broken)))


def test_details_name_no_turn_numbers() -> None:
    """The same flaw further down has the same words: whether a change brings a new error is decided by them."""
    flawed = with_call(trip(), 11, name="send_receipts", arguments={"booking_id": "BK-99999"})
    longer = flawed.model_copy(update={"turns": (user("Hello!"), reply("Hello, how can I help?"), *flawed.turns)})

    assert {(f.rule, f.detail) for f in check(longer)} == {(f.rule, f.detail) for f in check(flawed)}


class TestAlternation:
    @pytest.mark.parametrize(
        ("gone", "place"),
        [((0,), 0), ((13,), 12), ((7,), 7), ((2,), 2), ((12, 13), 11), ((8, 9, 10), 8)],
    )
    def test_a_missing_turn_is_found(self, gone: tuple[int, ...], place: int) -> None:
        assert (place, None) in places("alternation", without_turns(trip(), *gone))

    @pytest.mark.parametrize("index", [0, 7, 13])
    def test_an_empty_text_is_found(self, index: int) -> None:
        assert places("alternation", with_turn(trip(), index, text=" \n")) == [(index, None)]

    def test_results_with_a_user_message_are_found(self) -> None:
        assert places("alternation", with_turn(trip(), 2, text="And then?")) == [(2, None)]

    def test_no_turns_at_all(self) -> None:
        assert places("alternation", plain()) == [(None, None)]


class TestPairing:
    def test_a_result_under_another_id(self) -> None:
        dialogue = with_turn(trip(), 2, results=(result("c9", "search_flights", "{}"),))

        assert places("pairing", dialogue) == [(2, "c9")]

    def test_results_in_the_wrong_order(self) -> None:
        swapped = tuple(reversed(trip().turns[12].results))  # type: ignore[union-attr]

        assert len(places("pairing", with_turn(trip(), 12, results=swapped))) == 2

    def test_a_missing_and_a_surplus_result(self) -> None:
        one = (trip().turns[12].results[0],)  # type: ignore[union-attr]
        three = (*trip().turns[12].results, result("c9", "book_flight", "{}"))  # type: ignore[union-attr]

        assert places("pairing", with_turn(trip(), 12, results=one)) == [(11, "c5")]
        assert places("pairing", with_turn(trip(), 12, results=three)) == [(12, "c9")]

    def test_a_result_under_another_name(self) -> None:
        dialogue = with_turn(trip(), 2, results=(result("c1", "book_flight", "{}"),))

        assert places("pairing", dialogue) == [(2, "c1")]

    def test_an_id_twice_is_a_warning_where_the_order_tells_whose_results_they_are(self) -> None:
        twice = calls(call("a", "search_flights", **SEARCH_ARGUMENTS), call("a", "book_flight", flight_id="x"))
        answers = (result("a", "search_flights", "{}"), result("a", "book_flight", "{}"))
        recorded = plain(user("Hi"), twice, results(*answers), reply("ok"))
        mixed = plain(user("Hi"), twice, results(*reversed(answers)), reply("ok"))
        later = plain(*trip().turns[:3], *trip().turns[1:3], reply("ok"))

        assert [(f.turn, f.severity) for f in found("pairing", recorded)] == [(1, "warning")]
        assert (1, "a") in places("pairing", mixed)
        assert places("pairing", recorded.model_copy(update={"task": trip().task})) == [(1, "a")]
        assert [(f.turn, f.severity) for f in found("pairing", later)] == [(3, "warning")]


class TestTools:
    def test_an_unknown_tool_is_named_with_a_near_one(self) -> None:
        (finding,) = found("unknown-tool", with_call(trip(), 1, name="search_flight"))

        assert (finding.turn, finding.call_id) == (1, "c1")
        assert "did you mean search_flights?" in finding.detail

    def test_a_tool_before_it_is_added_is_unknown(self) -> None:
        (finding,) = found("unknown-tool", with_call(trip(), 5, name="send-receipt"))

        assert "added only later" in finding.detail

    def test_a_leaked_token_makes_an_unknown_tool(self) -> None:
        dialogue = with_call(trip(), 1, name="search_flights<|channel|>commentary")

        assert places("unknown-tool", dialogue) == [(1, "c1")]
        assert places("leftovers", dialogue) == [(1, "c1")]

    def test_updates_of_tools(self) -> None:
        assert places("tool-updates", trip().model_copy(update={"tools": (SEARCH, BOOK, SEARCH)})) == [(None, None)]
        assert places("tool-updates", with_turn(trip(), 10, tools_added=(BOOK,))) == [(10, None)]
        assert places("tool-updates", with_turn(trip(), 10, tools_added=(RECEIPT, RECEIPT))) == [(10, None)]
        assert places("tool-updates", with_call(trip(), 5, name="send-receipt")) == [(10, None)]

    @pytest.mark.parametrize(
        "arguments",
        [
            {"flight_id": 9001},
            {"seats": 1},
            {"flight_id": "FL-9001", "seats": "one"},
            {"flight_id": "FL-9001", "row": 1},
        ],
    )
    def test_arguments_outside_the_schema(self, arguments: dict[str, object]) -> None:
        assert set(places("arguments", with_call(trip(), 5, arguments=arguments))) == {(5, "c3")}

    def test_a_faulty_call_may_break_its_schema(self) -> None:
        broken = with_call(trip(), 3, arguments={"seats": "one"})

        assert places("arguments", broken) == []
        assert places("arguments", with_call(broken, 3, faulty=False))

    def test_parameters_that_are_no_schema_are_a_finding(self) -> None:
        odd = SEARCH.model_copy(update={"parameters": {"type": "nonsense"}})

        assert places("arguments", trip().model_copy(update={"tools": (odd, BOOK)}))


class TestUngroundedId:
    def test_an_id_from_nowhere(self) -> None:
        dialogue = with_call(trip(), 5, arguments={"flight_id": "FL-7777", "seats": 1})

        assert places("ungrounded-id", dialogue) == [(5, "c3")]

    def test_an_id_that_only_a_later_result_has(self) -> None:
        dialogue = with_call(trip(), 1, arguments={**SEARCH_ARGUMENTS, "origin": "BK-48213"})

        assert places("ungrounded-id", dialogue) == [(1, "c1")]

    def test_a_faulty_call_may_have_one(self) -> None:
        assert places("ungrounded-id", with_call(trip(), 3, faulty=False)) == [(3, "c2")]

    @pytest.mark.parametrize("source", ["system", "tool", "added tool"])
    def test_other_sources_of_ids(self, source: str) -> None:
        dialogue = with_call(trip(), 11, arguments={"booking_id": "BK-77001", "email": "ada@example.org"})
        knows = "Bookings look like BK-77001."
        if source == "system":
            dialogue = dialogue.model_copy(update={"system": knows})
        elif source == "tool":
            tools = (SEARCH.model_copy(update={"description": knows}), BOOK)
            dialogue = dialogue.model_copy(update={"tools": tools})
        else:
            dialogue = with_turn(dialogue, 10, tools_added=(RECEIPT.model_copy(update={"description": knows}),))

        assert places("ungrounded-id", dialogue) == []


class TestLeftovers:
    @pytest.mark.parametrize("index", [0, 5, 7])
    def test_in_texts(self, index: int) -> None:
        assert places("leftovers", with_turn(trip(), index, text="This is for [Your Name].")) == [(index, None)]

    def test_in_arguments(self) -> None:
        assert places("leftovers", with_call(trip(), 5, arguments={"flight_id": "<flight_id>"})) == [(5, "c3")]

    def test_results_are_data_but_for_tokens_and_masks(self) -> None:
        def answering(content: str) -> Dialogue:
            return with_turn(trip(), 2, results=(result("c1", "search_flights", content),))

        assert places("leftovers", answering("Dear [Your Name], as an AI model")) == []
        assert places("leftovers", answering("<|im_end|>")) == [(2, "c1")]
        assert places("leftovers", answering("[MASK]")) == [(2, "c1")]

    @pytest.mark.parametrize("content", [r'{"note":"\u003c|im_end|\u003e"}', r'[{"\u003c/s\u003e":1}]'])
    def test_tokens_that_json_hides_in_results(self, content: str) -> None:
        dialogue = with_turn(trip(), 2, results=(result("c1", "search_flights", content),))

        assert places("leftovers", dialogue) == [(2, "c1")]

    def test_in_keys_of_arguments_and_the_system_prompt(self) -> None:
        assert places("leftovers", with_call(trip(), 5, arguments={"flight_id": {"<|im_end|>": 1}})) == [(5, "c3")]
        assert places("leftovers", trip().model_copy(update={"system": "You are kind.<|im_end|>"})) == [(None, None)]

    def test_a_system_prompt_may_show_how_calls_are_written(self) -> None:
        shown = "Write calls inside <tool_call></tool_call>, think inside <think></think>. Greet with [Name]."

        assert places("leftovers", trip().model_copy(update={"system": shown})) == []

    def test_names_of_tools_and_parameters_are_no_placeholders(self) -> None:
        dialogue = with_call(trip(), 5, name="your_location", arguments={"your_email": "ada@example.org"})

        assert places("leftovers", dialogue) == []

    @pytest.mark.parametrize(
        ("asked", "name", "arguments"),
        [
            ("Create a template that says: Hi {{first_name}}!", "create", {"body": "Hi {{first_name}}!"}),
            ("Get id and name of all users.", "run", {"query": "SELECT [id], [name] FROM users"}),
            ("Run code that greets Bo.", "run", {"code": "name='Bo'; print(f\"Hello {name}\")"}),
            ("Make one for letters.", "create_template", {"text": "Dear [Your Name]"}),
            ("Save html where 20 is struck through.", "save", {"html": "<p><s>20</s> 15</p>"}),
        ],
    )
    def test_what_may_be_meant_is_a_warning(self, asked: str, name: str, arguments: dict[str, str]) -> None:
        dialogue = plain(user(asked), calls(call("c1", name, **arguments)))

        assert {one.severity for one in found("leftovers", dialogue)} == {"warning"}

    def test_a_list_may_be_called_todo(self) -> None:
        assert found("leftovers", plain(user("Create a list."), calls(call("c1", "create", title="TODO")))) == []

    def test_a_whole_reply_in_tokens_is_an_error(self) -> None:
        assert places("leftovers", plain(user("Hi."), reply("<s>Hello.</s>"))) == [(1, None), (1, None)]


class _Counted(tuple[Turn, ...]):
    """Turns that count how often one is looked at."""

    looked = 0

    def __getitem__(self, index: object) -> object:  # type: ignore[override]
        self.looked += 1
        return super().__getitem__(index)  # type: ignore[index]


class TestRepetition:
    FIRST = (user("Flights?"), calls(call("a", "search_flights", **SEARCH_ARGUMENTS)))
    AGAIN = calls(call("b", "search_flights", **SEARCH_ARGUMENTS))

    def answer(self, call_id: str, content: str = "{}", is_error: bool = False) -> object:
        return results(result(call_id, "search_flights", content, is_error=is_error))

    def test_the_same_call_at_once_again(self) -> None:
        dialogue = plain(*self.FIRST, self.answer("a"), self.AGAIN, self.answer("b"), reply("ok"))

        assert [(f.turn, f.severity) for f in found("repetition", dialogue)] == [(3, "warning")]

    def test_the_same_change_at_once_again_is_worse(self) -> None:
        one = (calls(call("a", "book_flight", flight_id="x")), results(result("a", "book_flight", "{}")))
        two = (calls(call("b", "book_flight", flight_id="x")), results(result("b", "book_flight", "{}")))

        assert places("repetition", plain(user("Book x."), *one, *two, reply("ok"))) == [(3, "b")]

    def test_a_booking_that_is_made_twice_is_a_warning(self) -> None:
        def booked(*refs: str, asked: str = "Book flight x.") -> list[str]:
            made = [
                turn
                for number, ref in enumerate(refs)
                for turn in (
                    calls(call(f"b{number}", "book_flight", flight_id="x")),
                    results(result(f"b{number}", "book_flight", ref)),
                )
            ]
            return [f.severity for f in found("repetition", plain(user(asked), *made, reply("ok")))]

        assert booked('{"ref": "A1"}', '{"ref": "A2"}') == ["warning"]
        assert booked('{"ref": "A1"}', '{"ref": "A2"}', asked="Book flight x twice.") == []
        assert booked('{"state": "busy, try again"}', '{"ref": "A2"}') == []

    @pytest.mark.parametrize(
        ("asked", "name", "arguments", "times", "severity"),
        [
            ("Turn the volume up by two clicks.", "volume_change", {}, 2, "warning"),
            ("Skip three songs, please.", "skip_song", {}, 3, "warning"),
            ("Make it a lot louder.", "volume_up", {}, 2, "warning"),
            ("An espresso for each of us.", "add_to_cart", {"item": "espresso"}, 4, "warning"),
            ("Two espressos.", "add_to_cart", {"item": "espresso"}, 3, "error"),
            ("Book table 4 for 2 people.", "book_table", {"id": "4", "people": 2}, 2, "error"),
            ("Book a table at 7 pm.", "book_table", {"hour": "19:00"}, 2, "error"),
            ("Find two flights.", "search_flights", {}, 3, "error"),
            ("Search again and again.", "search_flights", {}, 2, "warning"),
        ],
    )
    def test_what_the_user_wants_more_than_once(
        self, asked: str, name: str, arguments: dict[str, object], times: int, severity: str
    ) -> None:
        made: list[object] = []
        for n in range(times):
            made += [calls(call(f"c{n}", name, **arguments)), results(result(f"c{n}", name, '{"ok": true}'))]

        assert found("repetition", plain(user(asked), *made, reply("ok")))[-1].severity == severity

    def test_a_short_yes_wants_what_was_offered(self) -> None:
        made: list[object] = [reply("Shall I skip two songs?"), user("Yes.")]
        for n in range(2):
            made += [calls(call(f"c{n}", "go_on")), results(result(f"c{n}", "go_on", "ok"))]

        assert [f.severity for f in found("repetition", plain(user("Hm."), *made, reply("ok")))] == ["warning"]

    def test_to_and_fro(self) -> None:
        made: list[object] = []
        for n in range(2):
            made += [calls(call(f"s{n}", "search_flights", **SEARCH_ARGUMENTS)), self.answer(f"s{n}")]
            made += [calls(call(f"f{n}", "find_seats")), results(result(f"f{n}", "find_seats", "[]"))]

        (finding,) = found("repetition", plain(user("Flights?"), *made, reply("ok")))
        assert (finding.turn, finding.severity) == (7, "warning")

    def test_the_same_call_twice_in_one_turn(self) -> None:
        both = calls(call("a", "search_flights", **SEARCH_ARGUMENTS), call("b", "search_flights", **SEARCH_ARGUMENTS))
        answers = results(result("a", "search_flights", "{}"), result("b", "search_flights", "{}"))

        assert [f.call_id for f in found("repetition", plain(user("Flights?"), both, answers, reply("ok")))] == ["b"]

    def test_good_reasons_to_call_again(self) -> None:
        after_error = plain(*self.FIRST, self.answer("a", is_error=True), self.AGAIN, self.answer("b"), reply("ok"))
        polling = plain(*self.FIRST, self.answer("a", "later"), self.AGAIN, self.answer("b", "now"), reply("ok"))
        write = (calls(call("w", "book_flight", flight_id="x")), results(result("w", "book_flight", "{}")))
        after_write = plain(*self.FIRST, self.answer("a"), *write, self.AGAIN, self.answer("b"), reply("ok"))
        asked = plain(
            *self.FIRST, self.answer("a"), reply("ok"), user("Again?"), self.AGAIN, self.answer("b"), reply("ok")
        )

        then_error = self.AGAIN, self.answer("b", is_error=True)
        third = calls(call("c", "search_flights", **SEARCH_ARGUMENTS))
        after_good_and_bad = plain(*self.FIRST, self.answer("a"), *then_error, third, self.answer("c"), reply("ok"))

        for dialogue in (after_error, polling, after_write, asked, after_good_and_bad):
            assert places("repetition", dialogue) == []

    def test_many_calls_cost_no_more_each(self) -> None:
        made = [
            turn
            for n in range(300)
            for turn in (calls(call(f"s{n}", "book_flight", flight_id=str(n))), self.answer(f"s{n}", f"{n}"))
        ]
        dialogue = plain(user("Book all."), *made, reply("ok"))
        turns = _Counted(dialogue.turns)

        RULES["repetition"](Reading(dialogue.model_copy(update={"turns": turns})))

        assert turns.looked <= 4 * len(turns)

    def test_going_in_circles(self) -> None:
        turns: list[object] = [user("Flights?")]
        for n in range(3):
            turns += [calls(call(f"s{n}", "search_flights", **SEARCH_ARGUMENTS)), self.answer(f"s{n}")]
            turns += [
                calls(call(f"w{n}", "book_flight", flight_id=str(n))),
                results(result(f"w{n}", "book_flight", "{}")),
            ]

        assert places("repetition", plain(*turns, reply("ok"))) == [(9, "s2")]

    def test_asking_three_times_is_the_user_s_right(self) -> None:
        turns: list[object] = []
        for n in range(3):
            made = call(f"s{n}", "search_flights", **SEARCH_ARGUMENTS)
            turns += [user(f"Flights now, at {n}?"), calls(made), self.answer(f"s{n}"), reply(f"None at {n}.")]

        assert places("repetition", plain(*turns)) == []

    def test_user_messages_again_word_for_word(self) -> None:
        long = "I would like to fly from London to New York on the second of May with my sister."
        twice = (user(long), reply("No."), user(long), reply("Yes."))

        assert [(f.turn, f.severity) for f in found("repetition", plain(*twice))] == [(2, "warning")]
        assert places("repetition", plain(*twice).model_copy(update={"task": trip().task})) == [(2, None)]
        assert places("repetition", with_turn(plain(*twice), 2, tools_added=(RECEIPT,))) == []
        assert places("repetition", plain(user("Yes, please."), reply("A"), user("Yes, please."), reply("B"))) == []

    def test_replies_again_word_for_word(self) -> None:
        same = "I am sorry, that is not possible."
        calling = (*trip().turns[1:3],)

        pressed = plain(user("A?"), reply(same), user("B?"), reply(same))

        assert [(f.turn, f.severity) for f in found("repetition", pressed)] == [(3, "warning")]
        assert places("repetition", pressed.model_copy(update={"task": trip().task})) == [(3, None)]
        assert found("repetition", plain(user("A?"), reply(same), user("B?"), *calling, reply(same)))[0].turn == 5
        assert places("repetition", plain(user("A?"), reply("Sure."), user("B?"), reply("Sure."))) == []

    @pytest.mark.parametrize(
        "said", ["Please find me a table for two at the harbour tonight.", "请帮我处理这个问题，谢谢您的帮助。"]
    )
    def test_no_side_says_what_the_other_said(self, said: str) -> None:
        calling = trip().turns[1:3]

        assert places("repetition", plain(user(said), *calling, reply(said.upper()))) == [(3, None)]
        assert places("repetition", plain(user("Hi."), reply(said), user(said), reply("Done."))) == [(2, None)]
        assert places("repetition", plain(user(said), reply(f"{said} Is that right?"))) == []
        assert places("repetition", plain(user("Hi."), reply("Hello."), user(said), reply("Hello."))) == []

    def test_a_few_words_may_be_said_by_both(self) -> None:
        bye = "Thanks, have a nice day!"

        assert found("repetition", plain(user("Hi."), reply("Hello."), user(bye), reply(bye))) == []

    @pytest.mark.parametrize(
        "text",
        [
            "I will check that now. " * 5,
            "no " * 14,
            "Start. " + "the best of the best " * 4,
            "好的好的好的好的好的好的",
        ],
    )
    def test_a_looping_text(self, text: str) -> None:
        assert places("repetition", plain(user("Hi"), reply(text))) == [(1, None)]

    @pytest.mark.parametrize(
        "text",
        [
            "I will check. I will check. I will book.",
            "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
            "\n".join(f"- Flight {n}: price {n * 7} dollars, seats left: {n}" for n in range(9)),
            "no, no, no, that is not what I meant, no, no, no",
        ],
    )
    def test_lists_and_emphasis_do_not_loop(self, text: str) -> None:
        assert places("repetition", plain(user("Hi"), reply(text))) == []


class TestSubtasks:
    def test_a_subtask_without_turns(self) -> None:
        dialogue = trip().model_copy(update={"turns": trip().turns[:8]})

        (finding,) = found("unserved-subtask", dialogue)
        assert finding.detail == "sub-task 1 has no turns"

    def test_a_planned_tool_that_only_fails(self) -> None:
        failed = (result("c3", "book_flight", "sold out", is_error=True),)
        dialogue = with_turn(trip(), 6, results=failed)

        assert places("unserved-subtask", dialogue) == [(7, None)]
        assert places("faulty-unrecovered", dialogue) == [(3, "c2"), (5, "c3")]

    def test_a_faulty_call_serves_nothing(self) -> None:
        assert (7, None) in places("unserved-subtask", with_call(trip(), 5, faulty=True))
        fails = with_turn(with_call(trip(), 5, faulty=True), 6, results=(result("c3", "book_flight", "{}"),))
        assert (7, None) in places("unserved-subtask", fails)

    def test_a_success_before_the_failure_does_not_mend_it(self) -> None:
        again = (
            calls(call("c8", "search_flights", **SEARCH_ARGUMENTS)),
            results(result("c8", "search_flights", "down", is_error=True)),
        )
        dialogue = trip().model_copy(update={"turns": (*trip().turns[:3], *again, *trip().turns[3:])})

        assert places("faulty-unrecovered", dialogue) == [(3, "c8")]

    def test_a_planned_tool_called_in_another_subtask(self) -> None:
        dialogue = with_turn(with_turn(trip(), 5, subtask=1), 6, subtask=1)

        assert (7, None) in places("unserved-subtask", dialogue)

    def test_a_subtask_must_end_with_a_reply(self) -> None:
        assert places("unserved-subtask", with_turn(trip(), 7, subtask=1)) == [(6, None)]

    def test_no_task_no_findings(self) -> None:
        assert found("unserved-subtask", trip().model_copy(update={"task": None, "turns": ()})) == []

    def test_a_faulty_call_that_does_not_fail(self) -> None:
        dialogue = with_turn(trip(), 4, results=(result("c2", "book_flight", "{}"),))

        assert places("faulty-unrecovered", dialogue) == [(3, "c2")]

    def test_without_a_task_the_whole_dialogue_counts(self) -> None:
        turns = tuple(turn.model_copy(update={"subtask": None}) for turn in trip().turns)
        dialogue = trip().model_copy(update={"task": None, "turns": turns})

        assert places("faulty-unrecovered", dialogue) == []
        assert places("faulty-unrecovered", without_turns(dialogue, 5, 6)) == [(3, "c2")]

    def test_in_a_recording_a_call_without_a_mark_may_fail(self) -> None:
        turns = (*self.ASKED, results(result("a", "search_flights", "down", is_error=True)), reply("It is down."))
        recording = plain(*turns)
        planned = recording.model_copy(update={"task": trip().task})

        assert places("faulty-unrecovered", recording) == []
        assert places("faulty-unrecovered", planned) == [(1, "a")]

    ASKED = (user("Flights?"), calls(call("a", "search_flights", **SEARCH_ARGUMENTS)))
