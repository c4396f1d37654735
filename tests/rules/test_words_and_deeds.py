"""Promises, errors passed over, refusals: what replies say against what calls did."""

from __future__ import annotations

import pytest

from tests.doubles.trips import call, calls, reply, result, results, tool, user
from toolace_mt.rules import RULES, Reading
from toolace_mt.rules.deeds import claims, only_looks
from toolace_mt.types import Dialogue, Finding, Tool, Turn

CANCEL = tool("cancel_order", ["order_id"], order_id={"type": "string"})
LOOK = tool("get_order", ["order_id"], order_id={"type": "string"})


def found(rule: str, *turns: Turn, tools: tuple[Tool, ...] = (CANCEL, LOOK)) -> list[Finding]:
    return RULES[rule](Reading(Dialogue(id="x", tools=tools, turns=turns)))


def severities(rule: str, *turns: Turn) -> list[str]:
    return [finding.severity for finding in found(rule, *turns)]


def made(name: str, content: str = "ok", is_error: bool = False) -> tuple[Turn, Turn]:
    return calls(call("a", name, order_id="4")), results(result("a", name, content, is_error=is_error))


class TestClaims:
    @pytest.mark.parametrize(
        ("text", "deed"),
        [
            ("I've booked the table.", "book"),
            ("I have now successfully cancelled it.", "cancel"),
            ("Your order has been sent!", "send"),
            ("The address was successfully updated.", "change"),
            ("Reminder added successfully.", "create"),
            ("Done. Anything else?", "any"),
            ("I’ve gone ahead and refunded it.", "pay"),
        ],
    )
    def test_what_is_said_to_be_done(self, text: str, deed: str) -> None:
        assert [claim.deed for claim in claims(text)] == [deed]

    @pytest.mark.parametrize(
        "text",
        [
            "Once I have booked it, you will hear from me.",
            "I haven't cancelled it.",
            "Has it been cancelled?",
            "It will have been sent by then.",
            "The flight is booked for May, it seems.",
            "The order cannot be changed.",
            "",
        ],
    )
    def test_what_is_not_said_to_be_done(self, text: str) -> None:
        assert claims(text) == []

    @pytest.mark.parametrize("word", ["booked", "i have booked ", "successfully "])
    def test_long_texts_take_no_long_time(self, word: str) -> None:
        claims(word * 200_000)


class TestTools:
    @pytest.mark.parametrize("name", ["get_order", "SearchHotel", "find_user_id_by_email", "listAllFlights"])
    def test_those_that_only_look(self, name: str) -> None:
        assert only_looks(Tool(name=name))

    @pytest.mark.parametrize("name", ["cancel_order", "check_and_cancel", "frobnicate"])
    def test_those_that_may_act(self, name: str) -> None:
        assert not only_looks(Tool(name=name))

    def test_what_their_source_says_goes_first(self) -> None:
        assert only_looks(Tool(name="cancel_order", read_only=True))
        assert not only_looks(Tool(name="get_order", read_only=False))

    def test_a_description_can_say_otherwise(self) -> None:
        assert not only_looks(Tool(name="GetRide", description="Call a taxi to a given place"))


class TestUnkeptPromise:
    def test_a_deed_that_no_call_did(self) -> None:
        assert severities("unkept-promise", user("Cancel order 4."), reply("I have cancelled it.")) == ["error"]

    def test_looking_is_no_deed(self) -> None:
        turns = (user("Cancel order 4."), *made("get_order"), reply("I have cancelled it."))

        assert severities("unkept-promise", *turns) == ["error"]

    def test_a_call_that_failed_did_nothing(self) -> None:
        turns = (user("Cancel order 4."), *made("cancel_order", "Error: down"), reply("I have cancelled it."))

        assert severities("unkept-promise", *turns) == ["error"]

    def test_a_deed_that_was_done(self) -> None:
        turns = (user("Cancel order 4."), *made("cancel_order"), reply("I have cancelled it."))

        assert severities("unkept-promise", *turns, user("Sure?"), reply("Yes, I have cancelled it.")) == []

    def test_leave_was_given_and_nothing_called(self) -> None:
        before = (user("Open 3."), *made("frobnicate"), reply("It is open. Shall I cancel order 4? Please confirm."))

        assert severities("unkept-promise", *before, user("Yes, please."), reply("Order 4 has been cancelled.")) == [
            "error"
        ]

    @pytest.mark.parametrize("yes", ["Yup.", "Indeed, that's it.", "That works for me.", "Great. How much is it?"])
    def test_leave_is_given_in_many_ways(self, yes: str) -> None:
        before = (
            user("Look at 4."),
            *made("get_order", "not cancelled"),
            reply("Cancelling order 4. Is this correct?"),
        )

        assert severities("unkept-promise", *before, user(yes), reply("Order 4 has been cancelled.")) == ["error"]

    def test_what_was_done_before_leave_may_be_told_after_it(self) -> None:
        before = (user("Cancel 4."), *made("cancel_order"), reply("That was number 4. Is that right?"))

        assert severities("unkept-promise", *before, user("Yes."), reply("Good, it has been cancelled.")) == ["warning"]

    @pytest.mark.parametrize("text", ["Your order was successful.", "The cancellation is a success!", "It was made."])
    def test_success_without_a_call(self, text: str) -> None:
        asked = (user("Cancel 4."), reply("Shall I cancel order 4?"), user("Yes."))

        assert severities("unkept-promise", *asked, reply(text)) == ["error"]
        assert severities("unkept-promise", *asked, reply(f"Let me tell you once {text.lower()}")) == []

    def test_what_a_result_says_may_be_passed_on(self) -> None:
        turns = (user("Where is order 4?"), *made("get_order", "cancelled"), reply("It has been cancelled."))

        assert severities("unkept-promise", *turns) == ["warning"]

    def test_a_promise_at_the_end(self) -> None:
        asked = user("Where is order 4?")

        assert severities("unkept-promise", asked, reply("Let me check that for you.")) == ["warning"]
        assert severities("unkept-promise", asked, reply("Let me check that once you tell me its date.")) == []
        assert (
            severities("unkept-promise", asked, *made("get_order"), reply("It left. I'll send you the receipt.")) == []
        )

    @pytest.mark.parametrize("yes", ["ok", "Thanks!", "Great, thank you."])
    def test_a_promise_that_the_user_waits_for(self, yes: str) -> None:
        asked = (user("Where is order 4?"), reply("Sure! Let me look that up right away."))
        more = user("Never mind that. What do you sell at all?")

        assert severities("unkept-promise", *asked, user(yes), reply("Great, anything else?")) == ["warning"]
        assert severities("unkept-promise", *asked, user(yes), *made("get_order"), reply("It left.")) == []
        assert severities("unkept-promise", *asked, more, reply("Lamps and chairs.")) == []


class TestIgnoredError:
    @pytest.mark.parametrize("content", ["Error: no such order", '{"error": "down"}', '{"success": false}'])
    def test_success_after_an_error(self, content: str) -> None:
        turns = (user("Cancel order 4."), *made("cancel_order", content), reply("Order 4 has been cancelled."))

        assert severities("ignored-error", *turns) == ["error"]

    def test_a_value_after_an_error(self) -> None:
        turns = (user("What is it?"), *made("get_order", "x", is_error=True), reply("It costs 25 dollars."))

        assert severities("ignored-error", *turns) == ["warning"]

    @pytest.mark.parametrize(
        "text", ["Sorry, there is no order 4.", "That failed.", "Which order do you mean?", "I couldn't cancel it."]
    )
    def test_errors_that_are_told(self, text: str) -> None:
        assert (
            severities("ignored-error", user("Cancel 4."), *made("cancel_order", "Error: not found"), reply(text)) == []
        )

    def test_success_after_success(self) -> None:
        assert (
            severities("ignored-error", user("Cancel 4."), *made("cancel_order"), reply("It has been cancelled.")) == []
        )


class TestRefusal:
    NO = "I'm sorry, but I can't assist with that."

    def test_a_request_that_a_tool_serves(self) -> None:
        assert severities("refusal", user("Please cancel order 4."), reply(self.NO)) == ["warning"]

    @pytest.mark.parametrize("no", [NO, "I cannot help with that. Is there anything else?", "抱歉，我无法帮助您。"])
    def test_no_reason_right_after_success(self, no: str) -> None:
        assert severities("refusal", user("Show order 4."), *made("get_order", "4 books"), reply(no)) == ["error"]
        assert severities("refusal", user("Show order 4."), *made("get_order", "Error: not found"), reply(no)) == []
        assert severities("refusal", user("Show 4."), *made("get_order", '{"eligible": false}'), reply(no)) == []

    def test_a_refusal_with_a_reason(self) -> None:
        no = "I'm sorry, but I cannot help with that, as order 4 has left the house."

        assert severities("refusal", user("Show order 4."), *made("get_order", "4 books"), reply(no)) == []

    def test_a_request_that_none_serves_or_that_was_tried(self) -> None:
        assert severities("refusal", user("Write a poem."), reply(self.NO)) == []
        assert severities("refusal", user("Cancel order 4."), *made("cancel_order", "no"), reply(self.NO)) == []


class TestNeedlessQuestion:
    GIVEN = user("I am ada@example.org. Where is my order #W4811?")

    def test_what_was_given(self) -> None:
        assert severities("needless-question", self.GIVEN, reply("What is your email address?")) == ["warning"]
        assert severities("needless-question", self.GIVEN, reply("Please provide the order number.")) == ["warning"]

    def test_the_value_is_given_once_more(self) -> None:
        turns = (user("Show order four."), reply("What is the order id?"), user("It is four."))
        shown = (*turns, calls(call("a", "get_order", order_id="four")), results(result("a", "get_order", "ok")))

        assert severities("needless-question", *shown) == ["warning"]
        assert severities("needless-question", user("Show an order."), *shown[1:]) == []
        assert severities("needless-question", turns[0], reply("What is the order id, again?"), *shown[2:]) == []

    def test_good_reasons_to_ask(self) -> None:
        failed = (*made("get_order", "Error: unknown"), reply("What is your email address?"))

        assert severities("needless-question", self.GIVEN, *failed) == []
        assert severities("needless-question", self.GIVEN, reply("Could you confirm your email address?")) == []
        assert severities("needless-question", self.GIVEN, reply("What is your zip code?")) == []


class TestWhatIsOnlyTold:
    @pytest.mark.parametrize(
        ("status", "text"),
        [
            ("CANCELED", "Your order has been cancelled."),
            ("void", "I have cancelled order 4, as it seems."),
            ("archived", "It has been cancelled."),
        ],
    )
    def test_a_state_that_was_looked_up_is_a_warning(self, status: str, text: str) -> None:
        looked = made("get_order", f'{{"status": "{status}"}}')
        assert severities("unkept-promise", user("Where is order 4?"), *looked, reply(text)) == ["warning"]

    def test_a_deed_of_one_s_own_after_a_look_is_an_error(self) -> None:
        looked = made("get_order", '{"status": "open"}')
        assert severities("unkept-promise", user("Cancel order 4."), *looked, reply("I have cancelled it.")) == [
            "error"
        ]

    def test_a_story_is_a_warning(self) -> None:
        told = user("Tell a tale, and give the hero another hat."), reply("I've removed the hero's hat.")
        assert severities("unkept-promise", *told) == ["warning"]
        assert severities("unkept-promise", user("Stop my orders."), reply("I've cancelled them.")) == ["error"]
