"""A dialogue with everything in it, sound in every rule, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.types import (
    Action,
    Dialogue,
    Edit,
    EnvironmentRef,
    Observation,
    Outcome,
    SubTask,
    Task,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)


def tool(name: str, required: Sequence[str], **properties: Any) -> Tool:
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return Tool(name=name, description=f"Can {name}.", parameters=parameters, group="travel")


TEXT = {"type": "string"}
SEARCH = tool("search_flights", ["origin", "destination"], origin=TEXT, destination=TEXT, date=TEXT)
BOOK = tool("book_flight", ["flight_id"], flight_id=TEXT, seats={"type": "integer"})
RECEIPT = tool("send-receipt", ["booking_id", "email"], booking_id=TEXT, email=TEXT)

SEARCH_ARGUMENTS = {"origin": "LHR", "destination": "JFK", "date": "2025-05-02"}


def call(call_id: str, name: str, faulty: bool = False, **arguments: Any) -> ToolCall:
    return ToolCall(id=call_id, name=name, arguments=arguments, faulty=faulty)


def result(call_id: str, name: str, content: str, **marks: bool) -> ToolResult:
    return ToolResult(call_id=call_id, name=name, content=content, **marks)


def user(text: str, subtask: int | None = 0, added: tuple[Tool, ...] = ()) -> Observation:
    return Observation(text=text, subtask=subtask, tools_added=added)


def calls(*made: ToolCall, text: str = "", subtask: int | None = 0) -> Action:
    return Action(text=text, calls=made, subtask=subtask)


def results(*given: ToolResult, subtask: int | None = 0) -> Observation:
    return Observation(results=given, subtask=subtask)


def reply(text: str, subtask: int | None = 0) -> Action:
    return Action(text=text, subtask=subtask)


def trip() -> Dialogue:
    """Parallel calls, text beside calls, a faulty call and its recovery, a tool that is added, two sub-tasks."""
    turns: tuple[Turn, ...] = (
        user("Please find a flight from LHR to JFK on 2025-05-02, and book one seat on it."),
        calls(call("c1", "search_flights", **SEARCH_ARGUMENTS)),
        results(result("c1", "search_flights", '{"flights":[{"id":"FL-9001","price":412.5}]}')),
        calls(call("c2", "book_flight", faulty=True, flight_id="JFK-1234", seats=1)),
        results(result("c2", "book_flight", '{"error":"no such flight"}', is_error=True)),
        calls(call("c3", "book_flight", flight_id="FL-9001", seats=1), text="I took the wrong id, and correct it."),
        results(result("c3", "book_flight", '{"booking":"BK-48213","seats":1}')),
        reply("Your seat on FL-9001 is booked; the booking is BK-48213."),
        user("Can you send the receipt to ada@example.org?", subtask=1),
        reply("I cannot send receipts with what I have.", subtask=1),
        user(
            "You can now. Send it to ada@example.org, please, and look for flights again.", subtask=1, added=(RECEIPT,)
        ),
        calls(
            call("c4", "send-receipt", booking_id="BK-48213", email="ada@example.org"),
            call("c5", "search_flights", **SEARCH_ARGUMENTS),
            text="Both at once.",
            subtask=1,
        ),
        results(
            result("c4", "send-receipt", "sent"),
            result("c5", "search_flights", '{"flights":[]}', simulated=True),
            subtask=1,
        ),
        reply("The receipt is on its way to ada@example.org, and there are no more flights.", subtask=1),
    )
    return Dialogue(
        id="000003",
        tools=(SEARCH, BOOK),
        turns=turns,
        system="You are a travel assistant. Today is 2025-04-01.",
        task=Task(
            subtasks=(
                SubTask(goal="Book a flight.", tools=("search_flights", "book_flight"), steps=2),
                SubTask(goal="Send the receipt.", tools=("send-receipt", "search_flights"), steps=1),
            )
        ),
        environment=EnvironmentRef(name="travel", seed=11),
    )


def with_turn(dialogue: Dialogue, index: int, **changes: Any) -> Dialogue:
    """`dialogue` with fields of one turn changed."""
    turns = list(dialogue.turns)
    turns[index] = turns[index].model_copy(update=changes)
    return dialogue.model_copy(update={"turns": tuple(turns)})


def with_call(dialogue: Dialogue, index: int, **changes: Any) -> Dialogue:
    """`dialogue` with fields of the first call of one turn changed."""
    turn = dialogue.turns[index]
    assert isinstance(turn, Action)
    return with_turn(dialogue, index, calls=(turn.calls[0].model_copy(update=changes), *turn.calls[1:]))


def without_turns(dialogue: Dialogue, *indices: int) -> Dialogue:
    turns = tuple(turn for index, turn in enumerate(dialogue.turns) if index not in indices)
    return dialogue.model_copy(update={"turns": turns})


def outcome(dialogue: Dialogue | None = None, **changes: Any) -> Outcome:
    """An accepted outcome with an injection and a pass that kept the old turn in its log."""
    dialogue = dialogue or trip()
    edits = (
        Edit(
            stage="inject",
            kind="error_simulation",
            sub_kind="wrong_argument",
            round=1,
            start=3,
            before=(calls(call("c3", "book_flight", flight_id="FL-9001", seats=1)),),
            after=dialogue.turns[3:6],
            accepted=True,
            step="refine/1/inject-error_simulation",
        ),
        Edit(
            stage="reasonability",
            kind="mask_fill",
            round=2,
            start=7,
            before=(dialogue.turns[7:8]),
            after=(reply("Booked."),),
            accepted=False,
            step="refine/2/fill",
            reason="the old turn says more",
        ),
    )
    values = {"id": dialogue.id, "number": 3, "status": "accepted", "dialogue": dialogue, "edits": edits, "passes": 1}
    return Outcome.model_validate({**values, "injections": ("error_simulation",), **changes})
