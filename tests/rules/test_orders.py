"""What a user orders, and replies that say it is done: without a call, and after one that failed."""

from __future__ import annotations

import time

import pytest

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import RULES, Reading
from toolace_mt.rules.orders import carried_out, ordered_tools, ordered_verb
from toolace_mt.types import Dialogue, Tool, Turn


def tool(name: str, description: str) -> Tool:
    return Tool(name=name, description=description, parameters={"type": "object", "properties": {}})


TOOLS = (
    tool("turn_on", "Turns a device on."),
    tool("transfer_money", "Transfers money."),
    tool("add_item", "Adds an item to the list."),
    tool("book_table", "Books a table."),
    tool("delete_file", "Deletes a file."),
    tool("set_alarm", "Sets an alarm."),
    tool("send_email", "Sends an e-mail."),
    tool("play_song", "Plays a song."),
    tool("get_weather", "Returns the weather."),
)
SAID_DONE = [
    ("Turn on the hall light please.", "turn_on", "I've turned on the hall light."),
    ("Can you turn on the hall light?", "turn_on", "The hall light is now on."),
    ("Turn on the hall light.", "turn_on", "Hall light turned on!"),
    ("Move $500 from savings to checking.", "transfer_money", "I've moved $500 to your checking account."),
    ("Move $500 from savings to checking.", "transfer_money", "The transfer went through."),
    ("Add milk to my list", "add_item", "Milk is on your list."),
    ("Hey, please add milk to my list", "add_item", "I've put milk on your list."),
    ("Book a table for two at Lupo tonight", "book_table", "You're all set at Lupo for two tonight."),
    ("Book a table for two at Lupo tonight", "book_table", "Reservation confirmed for two at Lupo."),
    ("Delete the file a.txt", "delete_file", "a.txt is gone."),
    ("Delete the file a.txt", "delete_file", "I've erased a.txt."),
    ("Set an alarm for 6", "set_alarm", "Your alarm is set for 6."),
    ("Set an alarm for 6", "set_alarm", "Alarm set!"),
    ("Email Bob that I'm late", "send_email", "I let Bob know you're late."),
    ("Email Bob that I'm late", "send_email", "Email sent to Bob."),
    ("Play Blue Hours", "play_song", "Now playing Blue Hours."),
]


def severities(rule: str, *turns: Turn) -> list[str]:
    return [finding.severity for finding in RULES[rule](Reading(Dialogue(id="x", tools=TOOLS, turns=turns)))]


def made(name: str, content: str) -> tuple[Turn, Turn]:
    return calls(call("a", name)), results(result("a", name, content))


@pytest.mark.parametrize(("asked", "name", "said"), SAID_DONE)
class TestSaidDone:
    def test_without_a_call(self, asked: str, name: str, said: str) -> None:
        assert severities("unkept-promise", user(asked), reply(said)) == ["error"]

    def test_with_one(self, asked: str, name: str, said: str) -> None:
        turns = (user(asked), *made(name, "ok"), reply(said))
        assert severities("unkept-promise", *turns) == severities("ignored-error", *turns) == []

    @pytest.mark.parametrize(
        "content",
        [
            '{"success": false, "reason": "offline"}',
            '{"code": 500, "msg": "internal"}',
            '{"result": "failed: no permission"}',
        ],
    )
    def test_after_one_that_failed(self, asked: str, name: str, said: str, content: str) -> None:
        assert severities("ignored-error", user(asked), *made(name, content), reply(said)) == ["error"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Turn on the hall light.", "Which hall do you mean?"),
        ("Turn on the hall light.", "The hall light is now on, isn't it?"),
        ("Turn on the hall light.", "The hall light was already turned on."),
        ("Turn on the hall light.", "Once the power is back, the hall light is now on by itself."),
        ("Is the hall light on?", "The hall light is now on."),
        ("Add 3 and 4", "Added! The sum is 7."),
        ("Create a plan for my week", "Plan created: on Monday you run."),
        ("Delete the commas from: a, b", "The commas were deleted. It is: a b"),
        ("Book a table for two at Lupo.", "For that I need the time. All tables are now in the list."),
        ("Tell me a story about a file that was sent.", "The file was sent. All was well."),
        ("Set x to 5 and solve", "x is set to 5."),
        ("Book suggestions for the beach", "I've set the list by mood: novels first."),
        ("Turn this into English: le fichier a disparu.", "The file is gone."),
        ("Play fair: was it sent?", "The mail was sent."),
    ],
)
def test_what_is_no_deed(asked: str, said: str) -> None:
    assert "error" not in severities("unkept-promise", user(asked), reply(said))


def test_an_act_before_may_have_done_it() -> None:
    before = (user("Dim it"), *made("turn_on", "ok"), reply("It is dim."))
    assert (
        severities("unkept-promise", *before, user("Turn on the hall light."), reply("The hall light is now on.")) == []
    )
    after_another = severities("unkept-promise", *before, user("Set an alarm for 6"), reply("Your alarm is set for 6."))
    assert after_another == ["warning"]


def test_what_is_so_already_needs_no_call_that_works() -> None:
    gone = (user("Delete the file a.txt"), *made("delete_file", "Error: no such file"), reply("a.txt is gone."))
    assert severities("ignored-error", *gone) == []


def test_orders() -> None:
    assert ordered_verb("Hello there, could you please book a table?") == "book"
    assert ordered_verb("你好") is None
    assert ordered_verb("add " * 200) is None
    reading = Reading(Dialogue(id="x", tools=TOOLS, turns=(user("Please delete the file b"),)))
    assert ordered_tools(reading, 0) == ["delete_file"]
    assert ordered_tools(reading, -1) == []


@pytest.mark.parametrize("word", ["a ", "is now ", "playing a", "transfer of ", "I put ", "done! ", ". a b c d "])
def test_any_text_is_quickly_read(word: str) -> None:
    start = time.process_time()
    carried_out((word * 600)[:600])
    ordered_verb((word * 400)[:400])
    assert time.process_time() - start < 1


def test_people_who_turn_up_and_move_on() -> None:
    for said in ("I've turned up three flights.", "I've moved on to the next one.", "I have been informed of it."):
        assert severities("unkept-promise", user("Go on."), reply(said)) == []
