"""Stage 2 with its requests side by side: places that do not touch, a true log, and the same bytes whatever the timing."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.engines import FunctionEngine
from tests.stages.kiosk import REF, TOOLS, Kiosk, Script, call, result, run
from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.dialogue.edits import skeleton_of, splice
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.base import CallKey, Completion, Engine, Request
from toolace_mt.engines.journaled import Journaled
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.errors import EngineUnavailable
from toolace_mt.rules import check
from toolace_mt.stages.execution import replay
from toolace_mt.stages.reasonability import fill_turns, keep_better
from toolace_mt.stages.recipe import Recipe
from toolace_mt.stages.refine import Refined, refine
from toolace_mt.stages.refine_parallel import choose_targets
from toolace_mt.stages.refinement import Refinement
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.targets import targets
from toolace_mt.stages.variety import Lot
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Action, Dialogue, Observation, Tool, UserProfile

SKELETONS = 6
PAY = Tool(
    name="pay",
    description="Pay for a room.",
    parameters={"type": "object", "properties": {"room": {"type": "string"}}, "required": ["room"]},
)


@cache
def skeletons(*, runs: bool) -> tuple[tuple[Dialogue, Scope], ...]:
    """Skeletons of the offline engine, and the scopes in which they were made."""
    tools = builtin_tools(None)
    if not runs:
        tools = tuple(tool.model_copy(update={"environment": None}) for tool in tools)
    plain = Config.model_validate({"refine": {"enabled": False}, "verify": {"enabled": False}})
    recipe = Recipe(plain, OfflineEngine(open_builtin), ToolPool(tools), lambda _: open_builtin)
    made = [asyncio.run(recipe.make(number)).dialogue for number in range(SKELETONS)]
    return tuple((dialogue, scope_of(dialogue)) for dialogue in made if dialogue and dialogue.turns)


def scope_of(dialogue: Dialogue, engine: Engine | None = None, **refine_knobs: Any) -> Scope:
    config = Config.model_validate({"refine": refine_knobs, "run": {"decoding": "parallel", "seed": 5}})
    asker = Asker(engine or OfflineEngine(open_builtin), config.engine, dialogue.id, config.run.seed)
    return Scope(asker, config, open_builtin)


ALL_KINDS = {"injections_min": 3, "injections_max": 3, "passes_min": 3, "passes_max": 3, "adaptive": False}


class Waves:
    """Answers all requests that wait, when nothing else is left to do; notes the steps of each such wave."""

    def __init__(self, inner: Engine) -> None:
        self.inner = inner
        self.waves: list[list[str]] = []
        self._open: asyncio.Event | None = None

    async def complete(self, request: Request) -> Completion:
        if self._open is None:
            self._open = asyncio.Event()
            self.waves.append([])
            self._release = asyncio.ensure_future(self._answer(self._open))
        self.waves[-1].append(request.key.step)
        await self._open.wait()
        return await self.inner.complete(request)

    async def _answer(self, opened: asyncio.Event) -> None:
        for _ in range(50):
            await asyncio.sleep(0)
        self._open = None
        opened.set()


def delayed(inner: Engine, seed: int) -> FunctionEngine:
    """`inner`, each answer after a random number of turns of the loop."""
    rng = random.Random(seed)

    async def answer(request: Request) -> Completion:
        for _ in range(rng.randrange(12)):
            await asyncio.sleep(0)
        return await inner.complete(request)

    return FunctionEngine(answer)


def redone(skeleton: Dialogue, made: Refined) -> Dialogue:
    """The skeleton with the logged edits done again, each where it says that it was, and what it says was there."""
    dialogue = skeleton
    for edit in made.edits:
        assert dialogue.turns[edit.start : edit.start + len(edit.before)] == edit.before
        dialogue = splice(dialogue, edit.start, len(edit.before), edit.after) if edit.accepted else dialogue
    return dialogue


@pytest.mark.parametrize("runs", [True, False], ids=["tools that run", "tools that do not"])
def test_the_log_winds_back_and_forth_and_nothing_breaks(runs: bool) -> None:
    made_more_than_one = 0
    for skeleton, _ in skeletons(runs=runs):
        made = run(refine(scope_of(skeleton, **ALL_KINDS), skeleton))
        assert skeleton_of(made.dialogue, made.edits).turns == skeleton.turns
        assert skeleton_of(made.dialogue, made.edits).tools == skeleton.tools
        assert redone(skeleton, made).turns == made.dialogue.turns
        assert errors(made.dialogue) <= errors(skeleton)
        assert run(replay(open_builtin, made.dialogue)).differences == ()
        for edit in made.edits:  # what was written in round 1 stands where the turn moved that it is for
            if edit.stage == "reasonability" and edit.after:
                assert kind_of(edit.after[0]) == kind_of(edit.before[0])
        made_more_than_one += len(made.injections) > 1
    assert made_more_than_one >= SKELETONS // 2


def errors(dialogue: Dialogue) -> set[tuple[str, str]]:
    return {(f.rule, f.detail) for f in check(dialogue) if f.severity == "error"}


def test_a_round_is_two_waves() -> None:
    for skeleton, _ in skeletons(runs=False):
        engine = Waves(OfflineEngine(open_builtin))
        made = run(refine(scope_of(skeleton, engine, injections_min=3, passes_max=1), skeleton))
        first = engine.waves[0]
        assert sum("/inject-" in step for step in first) == 3
        assert any("/fill" in step for step in first)
        assert len(made.injections) == 3
        if all(edit.accepted or edit.after for edit in made.edits):  # nothing was asked again
            assert engine.waves[1:] in ([["refine/1/judge"]], [])


def first_fills(key: str, profile: UserProfile | None = None) -> list[list[str]]:
    """The fills of first waves, with tools so long that what requests share decides how the turns are split."""
    properties = {key: {"type": "boolean", key: True}, "note": {"type": "string", "description": "so it is " * 2000}}
    tool = Tool(name="look", description="Looks.", parameters={"type": "object", "properties": properties})
    found: list[list[str]] = []
    for skeleton, _ in skeletons(runs=False)[:3]:
        engine = Waves(OfflineEngine(open_builtin))
        scope = scope_of(skeleton, engine, mask_share=0.5, injections_min=0, injections_max=0, passes_max=1)
        scope.asker.profile = profile
        run(refine(scope, skeleton.model_copy(update={"tools": (tool, *skeleton.tools)})))
        found.append(engine.waves[0])
    return found


def test_how_turns_are_split_does_not_hang_on_words_in_the_tools() -> None:
    split = first_fills("marked")
    assert all(len(steps) > 1 for steps in split)
    assert split == first_fills("masked")


def test_how_turns_are_split_takes_the_user_into_account() -> None:
    assert all(len(steps) == 1 for steps in first_fills("marked", UserProfile(persona="a clerk " * 150_000)))


def test_the_first_wave_asks_in_places_that_do_not_touch() -> None:
    for skeleton, _ in skeletons(runs=True):
        work = Refinement(scope_of(skeleton, injections_min=3, mask_share=0.5), skeleton)
        chosen = choose_targets(work, 1)
        near = {target.turn + step for target in chosen for step in (-1, 0, 1)}
        assert not near.intersection(work.draw_masks(1, near))
        assert len({target.kind for target in chosen}) == len(chosen)
        for one, other in itertools.combinations(chosen, 2):
            assert abs(one.turn - other.turn) > 1
        for number, target in enumerate(chosen):
            taken = {skeleton.turns[other.turn].subtask for other in chosen[:number]}
            if skeleton.turns[target.turn].subtask in taken:  # only where the kind fits nowhere else
                assert all(skeleton.turns[place.turn].subtask in taken for place in targets(skeleton, target.kind, ()))


@given(st.integers(0, 10**6), st.integers(0, SKELETONS - 1), st.booleans())
@settings(max_examples=8, deadline=None)
def test_timing_changes_nothing(seed: int, number: int, runs: bool) -> None:
    made_of = skeletons(runs=runs)
    skeleton, _ = made_of[number % len(made_of)]
    at_once = run(refine(scope_of(skeleton, **ALL_KINDS), skeleton))
    late = run(refine(scope_of(skeleton, delayed(OfflineEngine(open_builtin), seed), **ALL_KINDS), skeleton))
    assert late == at_once


class Memory:
    """A store of completions in memory."""

    def __init__(self) -> None:
        self.kept: dict[CallKey, tuple[str, Completion]] = {}

    async def get(self, key: CallKey) -> tuple[str, Completion] | None:
        return self.kept.get(key)

    async def put(self, key: CallKey, operation: str, fingerprint: str, completion: Completion) -> None:
        assert key not in self.kept, f"{operation} asked twice under one key"
        self.kept[key] = (fingerprint, completion)

    async def charge(self, usd: float) -> None:
        raise AssertionError(usd)


def test_a_journal_replays_it_without_a_question() -> None:
    skeleton, _ = skeletons(runs=True)[0]
    store = Memory()
    first = run(refine(scope_of(skeleton, Journaled(OfflineEngine(open_builtin), store), **ALL_KINDS), skeleton))
    nobody = FunctionEngine(lambda request: AssertionError(f"asked {request.key}"))
    assert run(refine(scope_of(skeleton, Journaled(delayed(nobody, 1), store), **ALL_KINDS), skeleton)) == first


def unusable(first: Callable[[Request], bool]) -> FunctionEngine:
    """The offline engine, but for requests that get an answer of no use."""
    offline = OfflineEngine(open_builtin)

    def answer(request: Request) -> Any:
        return Completion(text="?") if first(request) else offline.complete(request)

    return FunctionEngine(answer)


def test_a_kind_that_came_to_nothing_is_replaced_in_the_next_round() -> None:
    replaced = 0
    for skeleton, _ in skeletons(runs=False):
        engine = unusable(lambda request: request.key.step.startswith("refine/1/inject"))
        made = run(refine(scope_of(skeleton, engine, injections_min=1, injections_max=1), skeleton))
        lost = next(edit for edit in made.edits if edit.stage == "inject")
        assert not lost.accepted
        assert "no usable answer" in lost.reason
        assert lost.kind not in made.injections
        replaced += any(edit.accepted and edit.round == 2 for edit in made.edits if edit.stage == "inject")
    assert replaced == len(skeletons(runs=False))


def test_what_lies_beside_an_injection_is_refined_in_the_next_round(scope: Callable[..., Scope]) -> None:
    turns = (Observation(text="Hello, are you there?"), Action(text="Yes, I am."))
    talk = [
        {"role": "assistant", "content": "Yes, I am."},
        {"role": "user", "content": "I like rain."},
        {"role": "assistant", "content": "So do I."},
    ]
    hello = {"fills": [{"turn": 0, "role": "user", "content": "Hi, is anybody there?"}]}
    script = Script(inject_non_function_calling=[{"turns": talk}], mask_fill=[hello])
    only_talk = {"clarification": 0, "tool_awareness": 0, "error_simulation": 0}
    knobs = {"injections_max": 1, "passes_max": 1, "weights": only_talk, "judge": False}
    made = run(
        refine(
            scope(script, refine=knobs, run={"decoding": "parallel"}), Dialogue(id="000000", tools=TOOLS, turns=turns)
        )
    )
    assert [(edit.stage, edit.round, edit.accepted) for edit in made.edits] == [
        ("inject", 1, True),
        ("reasonability", 2, True),
    ]


def test_a_sub_kind_that_falls_to_the_dialogue_goes_before_another_sub_task() -> None:
    for skeleton, _ in skeletons(runs=False):
        lot = Lot(injections={"error_simulation": (), "tool_awareness": ("missing_tool",)})
        there = replace(scope_of(skeleton, injections_min=1, injections_max=1), lot=lot)
        chosen = choose_targets(Refinement(there, skeleton, tuple(lot.injections)), 1)
        aware = next(target for target in chosen if target.kind == "tool_awareness")
        beside = {target.turn + step for target in chosen[:1] for step in (-1, 0, 1)}
        fitting = {target.sub_kind for target in targets(skeleton, "tool_awareness", beside)}
        assert aware.sub_kind == "missing_tool" or "missing_tool" not in fitting


def test_a_kind_that_fits_only_beside_another_keeps_its_place_for_a_later_round() -> None:
    """It is not replaced by one that fits better: kinds come as often as they fall to dialogues."""
    turns = (
        Observation(text="Pay 40 for room R17.", subtask=0),
        call("a", "pay", room="R17"),
        result("a", "pay", {"ok": True}),
        call("b", "pay", room="R18"),
        result("b", "pay", {"ok": True}),
        Action(text="Done.", subtask=0),
    )
    skeleton = Dialogue(id="000000", tools=(PAY, TOOLS[0]), turns=turns)
    kinds = ("tool_awareness", "clarification")
    assert all({target.turn for target in targets(skeleton, kind, ())} == {0} for kind in kinds)
    assert targets(skeleton, "error_simulation", {0, 1})
    work = Refinement(replace(scope_of(skeleton), lot=Lot(kinds=kinds)), skeleton)
    assert [target.kind for target in choose_targets(work, 1)] == ["tool_awareness"]
    assert not work.unfit


def test_a_kind_that_fits_nowhere_is_told_and_another_takes_its_place() -> None:
    only_talk = (Observation(text="Hello there, how are you?"), Action(text="Fine, and you?"))
    skeleton = Dialogue(id="000000", tools=TOOLS, turns=only_talk)
    work = Refinement(replace(scope_of(skeleton), lot=Lot(kinds=("clarification",))), skeleton)
    chosen = choose_targets(work, 1)
    assert [target.kind for target in chosen] == ["non_function_calling"]
    assert "clarification" in work.unfit
    assert work.wanted == 1


def test_a_run_that_stops_ends_all_that_was_asked() -> None:
    skeleton, _ = skeletons(runs=False)[0]
    offline = OfflineEngine(open_builtin)

    def answer(request: Request) -> Awaitable[Completion] | Exception:
        return EngineUnavailable("away") if "/fill" in request.key.step else offline.complete(request)

    with pytest.raises(EngineUnavailable):
        run(refine(scope_of(skeleton, FunctionEngine(answer), **ALL_KINDS), skeleton))


def noted(id_: str, *ids: str) -> tuple[Action, Observation]:
    return call(id_, "note", text="Dune"), result(id_, "note", {"found": list(ids)})


def twice_noted() -> Dialogue:
    """A dialogue in which an id that a call uses is shown by two results."""
    return Dialogue(
        id="000000",
        tools=TOOLS,
        turns=(
            Observation(text="Please note Dune, twice, then buy it."),
            *noted("a", "BK-9431", "BK-1000"),
            *noted("b", "BK-9431", "BK-2000"),
            call("c", "buy_book", book_id="BK-9431"),
            result("c", "buy_book", {"status": "sold"}),
            Action(text="Dune is sold."),
        ),
    )


def test_a_piece_that_brings_an_error_beside_another_is_dropped(scope: Callable[..., Scope]) -> None:
    def without_the_id(turn: int) -> dict[str, Any]:
        return {"fills": [{"turn": turn, "role": "tool", "results": [{"content": {"found": ["BK-1000"]}}]}]}

    dialogue = twice_noted()
    assert errors(dialogue) == set()
    script = Script(mask_fill=[without_the_id(2), without_the_id(4)])
    there = scope(script, refine={"judge": False})
    pieces = [run(fill_turns(there, dialogue, (turn,), f"refine/1/fill-{turn}")) for turn in (2, 4)]
    assert all(piece.turns for piece in pieces)
    new, (first, second) = run(keep_better(there, dialogue, pieces, 1))
    assert first.accepted
    assert not second.accepted
    assert second.reason.startswith("does not fit")
    assert second.after, "what was written is in the log"
    assert errors(new) == set()
    assert skeleton_of(new, [first, second]) == dialogue


class OutsideShop(Kiosk):
    """A shop that there is once, and that notes what it is asked, and whether it is asked two things at a time."""

    repeatable = False
    shared = True

    def __init__(self) -> None:
        super().__init__(REF)
        self.asked: list[str] = []
        self.busy = False

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        assert not self.busy
        self.busy = True
        self.asked.append(name)
        await asyncio.sleep(0)
        self.busy = False
        return await super().call(name, arguments)


@pytest.mark.parametrize("seed", range(6))
def test_an_outside_server_is_asked_one_thing_at_a_time(dialogue: Dialogue, seed: int) -> None:
    looking = tuple(tool.model_copy(update={"read_only": True}) for tool in TOOLS)
    there = dialogue.model_copy(update={"tools": looking})
    shop = OutsideShop()
    knobs = {**ALL_KINDS, "mask_share": 0.5}
    config = Config.model_validate({"refine": knobs, "run": {"decoding": "parallel", "seed": seed}})
    engine = delayed(OfflineEngine(open_builtin), seed)
    asker = Asker(engine, config.engine, there.id, seed)
    made = run(refine(Scope(asker, config, lambda _: shop, repeatable=False), there))
    assert skeleton_of(made.dialogue, made.edits).turns == there.turns
    mistakes = [edit for edit in made.edits if edit.sub_kind == "wrong_argument"]
    assert len(shop.asked) <= len(mistakes) * (config.engine.reasks + 1)
    masked = [edit for edit in made.edits if edit.stage == "reasonability"]
    assert not any(isinstance(turn, Action) and turn.calls for edit in masked for turn in edit.before)
