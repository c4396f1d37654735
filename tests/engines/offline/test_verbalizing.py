"""The words around executed calls: what the user brings is stated, what results give is not, and replies are true."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.engines.offline.desk import Desk
from tests.engines.offline.executed import Rambler, to_word, unworded
from toolace_mt.dialogue.edits import splice
from toolace_mt.dialogue.grounding import leaves, mentions
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.environments.builtin import BUILTIN, open_builtin
from toolace_mt.operations.base import World
from toolace_mt.operations.reasonability import MASK_FILL, FillInput
from toolace_mt.operations.verbalize import VERBALIZATION, UserValue, VerbalizationInput, user_turns
from toolace_mt.types import Action, Dialogue, EnvironmentRef, Observation, Tool


async def executed(name: str, seed: int) -> VerbalizationInput:
    ref = EnvironmentRef(name=name, seed=seed)
    environment, rng = open_builtin(ref), random.Random(seed)
    world = World(ref, environment.brief)
    tools = rng.sample(list(environment.tools), min(10, len(environment.tools)))
    rambler = Rambler(environment, rng)
    subtasks = [steps for count in (2, 4, 3) if (steps := await rambler.walk(tools, count))]
    return to_word(unworded(tools, subtasks, world), world)


@pytest.mark.parametrize("name", sorted(BUILTIN))
@pytest.mark.parametrize("seed", range(12))
async def test_the_check_has_no_problems(desk: Desk, name: str, seed: int) -> None:
    given = await executed(name, seed)
    answer = await desk.ask(VERBALIZATION, given, seed)
    assert len(answer.subtasks) == len(user_turns(given.dialogue))


@pytest.mark.parametrize("name", sorted(BUILTIN))
@pytest.mark.parametrize("seed", range(6))
async def test_the_user_states_no_value_that_only_a_later_result_gives(desk: Desk, name: str, seed: int) -> None:
    given = await executed(name, seed)
    answer = await desk.ask(VERBALIZATION, given, seed)
    for wording, turn in zip(answer.subtasks, user_turns(given.dialogue), strict=True):
        assert [value for value in _unseen(given, turn) if mentions(wording.user, value)] == []


def _unseen(given: VerbalizationInput, turn: int) -> list[Any]:
    """Values of the calls for the message at `turn` that it does not bring and that nothing before it has; no small ones."""
    turns = given.dialogue.turns
    after = next((i for i in range(turn + 1, len(turns)) if kind_of(turns[i]) == "user"), len(turns))
    before = [r.content for t in turns[:turn] if isinstance(t, Observation) for r in t.results]
    before += [str(v) for t in turns[:turn] if isinstance(t, Action) for c in t.calls for v in leaves(c.arguments)]
    own = [str(v.value) for values in given.said.values() for v in values]
    calls = [c for t in turns[turn:after] if isinstance(t, Action) for c in t.calls]
    schemas = {tool.name: tool.properties for tool in given.dialogue.tools}
    return [
        value
        for call in calls
        for name, argument in call.arguments.items()
        for value in leaves(argument)
        if not any(str(value) in said for said in own) and not mentions("\n".join(before), value)
        if "enum" not in schemas[call.name][name] and len(str(value)) > 2
    ]


async def test_the_same_request_gets_the_same_answer_and_another_seed_another(desk: Desk) -> None:
    given = await executed("travel", 3)
    texts = [(await desk.complete(VERBALIZATION, given, seed)).text for seed in (1, 1, 2, 3)]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3


async def test_messages_are_told_again_without_a_plan(desk: Desk) -> None:
    """Refinement re-tells the messages of these dialogues: nothing in it needs a plan."""
    for seed in range(8):
        given = await executed("shop", seed)
        dialogue = _worded(given.dialogue, await desk.ask(VERBALIZATION, given, seed))
        for masked in user_turns(dialogue):
            await desk.ask(MASK_FILL, FillInput(dialogue, (masked,), given.world), seed)


def _worded(dialogue: Dialogue, answer: Any) -> Dialogue:
    assert dialogue.task is not None
    goals = [
        s.model_copy(update={"goal": w.goal}) for s, w in zip(dialogue.task.subtasks, answer.subtasks, strict=True)
    ]
    dialogue = dialogue.model_copy(update={"task": dialogue.task.model_copy(update={"subtasks": tuple(goals)})})
    for index, turn in enumerate(dialogue.turns):
        wording = answer.subtasks[turn.subtask or 0]
        if kind_of(turn) in ("user", "reply"):
            text = wording.user if kind_of(turn) == "user" else wording.reply
            dialogue = splice(dialogue, index, index + 1, (turn.model_copy(update={"text": text}),))
    return dialogue


def tool(name: str, description: str, **properties: Any) -> Tool:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return Tool(name=name, description=description, parameters=parameters)


TEXT = {"type": "string"}
LIST = tool("list_directory", "List the files of a folder.", path=TEXT)
READ = tool("read_file", "Read the complete contents of a file.", path=TEXT)
WRITE = tool("write_file", "Write text to a file.", path=TEXT, content=TEXT)
OFFERS = tool("search_offers", "Search for offers.", query=TEXT)
BUY = tool("buy_offer", "Buy an offer.", offer_id=TEXT, quantity={"type": "integer"})
NOTIFY = tool("notify_people", "Notify people.", emails={"type": "array", "items": TEXT}, urgent={"type": "boolean"})


async def words(desk: Desk, subtasks: Any, said: dict[int, list[UserValue]], *tools: Tool) -> list[Any]:
    given = VerbalizationInput(unworded(tools, subtasks), said)
    return (await desk.ask(VERBALIZATION, given, 1)).subtasks


LISTED = ("list_directory", {"path": "/data"}, "[FILE] notes.txt\n[FILE] plan.md\n[DIR] old")
PLAN = ("read_file", {"path": "/data/plan.md"}, "Call the printer on Monday.\nBook the room.")
LONG = (
    "read_file",
    {"path": "/data/notes.txt"},
    "\n".join(f"Figure {n} of the long report, in words" for n in range(60)),
)


async def test_a_file_out_of_a_listing_is_told_by_its_place(desk: Desk) -> None:
    (one,) = await words(desk, [[[LISTED], [PLAN]]], {0: [UserValue("list_directory", "path", "/data")]}, LIST, READ)
    assert "/data" in one.user
    assert "plan" not in one.user
    assert "second file" in one.user


async def test_short_texts_are_quoted_lists_are_told_and_long_texts_are_summed_up(desk: Desk) -> None:
    (one,) = await words(
        desk, [[[LISTED], [PLAN], [LONG]]], {0: [UserValue("list_directory", "path", "/data")]}, LIST, READ
    )
    assert "notes.txt, plan.md and old" in one.reply
    assert '"Call the printer on Monday. Book the room."' in one.reply
    assert "more than ten lines" in one.reply
    assert "Figure 59" not in one.reply


async def test_long_free_text_stands_in_the_message_as_it_is(desk: Desk) -> None:
    content = 'Dear all,\nthe "north" gate stays closed until 9:30 on Friday.\nBest, Ana'
    call = ("write_file", {"path": "/data/gate.txt", "content": content}, "Successfully wrote to /data/gate.txt")
    said = [UserValue("write_file", "path", "/data/gate.txt"), UserValue("write_file", "content", content)]
    (one,) = await words(desk, [[[call]]], {0: said}, WRITE)
    assert mentions(one.user, content)
    assert "gate.txt" in one.reply


OFFER_LIST = {
    "offers": [
        {"offer_id": "OF-7741", "price_usd": 40.0},
        {"offer_id": "OF-7742", "price_usd": 25.0},
        {"offer_id": "OF-7743", "price_usd": 31.0},
    ]
}


async def test_an_entry_is_told_by_what_sets_it_apart(desk: Desk) -> None:
    steps = [
        [("search_offers", {"query": "lamp"}, OFFER_LIST)],
        [("buy_offer", {"offer_id": "OF-7742", "quantity": 3}, {"status": "bought"})],
    ]
    said = [UserValue("search_offers", "query", "lamp"), UserValue("buy_offer", "quantity", 3)]
    (one,) = await words(desk, [steps], {0: said}, OFFERS, BUY)
    assert "cheapest" in one.user
    assert mentions(one.user, 3)
    assert "OF-7742" not in one.user


async def test_values_inside_lists_are_told_one_by_one(desk: Desk) -> None:
    contacts = {"people": [{"email": "ana@halden.example"}, {"email": "bo@halden.example"}]}
    call = ("notify_people", {"emails": ["cy@halden.example", "bo@halden.example"], "urgent": False}, {"sent": 2})
    steps = [[("search_offers", {"query": "people"}, contacts)], [call]]
    said = [
        UserValue("search_offers", "query", "people"),
        UserValue("notify_people", "emails", "cy@halden.example"),
        UserValue("notify_people", "urgent", False),
    ]
    (one,) = await words(desk, [steps], {0: said}, OFFERS, NOTIFY)
    assert "cy@halden.example" in one.user
    assert "bo@halden.example" not in one.user
    assert "second" in one.user


async def test_calls_side_by_side_that_differ_in_a_value_are_all_asked_for(desk: Desk) -> None:
    found = [("search_offers", {"query": query}, OFFER_LIST) for query in ("Lamp", "Desk", "Chair")]
    said = [UserValue("search_offers", "query", query) for query in ("Lamp", "Desk", "Chair")]
    (one,) = await words(desk, [[found]], {0: said}, OFFERS)
    assert all(query in one.user for query in ("Lamp", "Desk", "Chair"))


async def test_goals_of_sub_tasks_that_do_the_same_differ(desk: Desk) -> None:
    same = [[("search_offers", {"query": "lamp"}, OFFER_LIST)]]
    said = {0: [UserValue("search_offers", "query", "lamp")]}
    one, two, three = await words(desk, [same, same, same], said, OFFERS)
    assert len({one.goal, two.goal, three.goal}) == 3


async def test_what_was_in_vain_is_told_as_such(desk: Desk) -> None:
    call = ("buy_offer", {"offer_id": "OF-7741", "quantity": 1}, {"order_status": False})
    said = [UserValue("buy_offer", "offer_id", "OF-7741"), UserValue("buy_offer", "quantity", 1)]
    (one,) = await words(desk, [[[call]]], {0: said}, BUY)
    assert "tried to" in one.reply
    assert "bought" not in one.reply


async def test_placeholders_in_results_do_not_get_into_replies(desk: Desk) -> None:
    call = ("read_file", {"path": "/data/form.txt"}, "Dear [insert name here], welcome.")
    await words(desk, [[[call]]], {0: [UserValue("read_file", "path", "/data/form.txt")]}, READ)
