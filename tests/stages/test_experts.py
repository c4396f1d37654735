from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.kiosk import Script, run
from toolace_mt.config import EXPERTS, load_config
from toolace_mt.errors import BudgetExhausted, InputError, RequestRefused
from toolace_mt.operations.verify import ExpertInput, expert
from toolace_mt.stages.experts import Opinion, Vote, ask_experts
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.verify import verify
from toolace_mt.types import Dialogue

PASS = {"reason": "Fine.", "verdict": "pass", "turns": []}


def fail(reason: str, *turns: int) -> dict[str, Any]:
    return {"reason": reason, "verdict": "fail", "turns": turns}


def opinions(scope: Scope, dialogue: Dialogue) -> list[Opinion]:
    return run(ask_experts(scope.asker, scope.config.verify, ExpertInput(dialogue)))


def test_each_vote_has_a_key_of_its_own(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(verify_roles=[PASS] * 3)
    asked = scope(engine, verify={"experts": ["roles"], "votes": 3})
    assert opinions(asked, dialogue) == [Opinion("roles", (Vote(False, "Fine."),) * 3)]
    assert sorted(engine.steps()) == ["verify/roles#0", "verify/roles/vote-1#0", "verify/roles/vote-2#0"]
    assert len({request.seed for request in engine.requests}) == 3


def test_the_majority_decides(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    knobs = {"experts": ["roles"], "votes": 3}
    one = Script(verify_roles=[PASS, fail("Odd.", 1), PASS])
    assert run(verify(scope(one, verify=knobs), dialogue)) == ()
    two = Script(verify_roles=[fail("Odd.", 1), fail("Worse.", 5), PASS])
    (finding,) = run(verify(scope(two, verify=knobs), dialogue))
    assert (finding.rule, finding.turn, finding.detail) == ("expert-roles", 1, "turns 1: Odd. (2 of 3 votes)")


def test_the_reason_is_that_of_the_vote_whose_turns_others_name_too() -> None:
    votes = (Vote(True, "Alone.", (0,)), Vote(True, "Seen by two.", (5,)), Vote(True, "Also.", (5, 1)))
    finding = Opinion("coherence", votes).finding()
    assert finding is not None
    assert finding.detail == "turns 5: Seen by two. (3 of 3 votes)"


def test_a_vote_without_a_verdict_counts_against(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    knobs = {"experts": ["roles"], "votes": 3}
    engine = Script(verify_roles=[*["hm"] * 6, fail("Odd.", 1)])
    (opinion,) = opinions(scope(engine, verify=knobs), dialogue)
    assert opinion.against == 3
    assert opinion.spoken_for.reason == "Odd."  # whoever says something speaks first


@given(st.lists(st.booleans(), min_size=1, max_size=15).filter(lambda votes: len(votes) % 2 == 1))
def test_there_is_always_a_majority_and_one_who_speaks_for_it(failed: list[bool]) -> None:
    opinion = Opinion("roles", tuple(Vote(f, str(n), (n,) if f else ()) for n, f in enumerate(failed)))
    assert opinion.failed == (failed.count(True) > failed.count(False))
    assert opinion.spoken_for.failed == opinion.failed
    assert (opinion.finding() is None) == (not opinion.failed)


@pytest.mark.parametrize("votes", ["2", "0", "17"])
def test_votes_are_an_odd_number(votes: str) -> None:
    with pytest.raises(InputError, match=r"verify\.votes"):
        load_config(None, [f"verify.votes={votes}"], {})


def test_what_stops_the_run_goes_before_what_fails_the_dialogue(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    def refuse(_: object) -> Any:
        raise RequestRefused("too long")

    def stop(_: object) -> Any:
        raise BudgetExhausted("spent")

    engine = Script(verify_roles=[refuse], verify_coherence=[stop])
    with pytest.raises(BudgetExhausted):
        opinions(scope(engine, verify={"experts": ["roles", "coherence"]}), dialogue)


@pytest.mark.parametrize("system", ["", "Today is 2026-03-18."])
def test_all_experts_of_a_dialogue_share_everything_before_their_instruction(dialogue: Dialogue, system: str) -> None:
    """A server's prompt cache then holds the preamble, the tools and the whole dialogue after the first of them."""
    recorded = dialogue.model_copy(update={"task": None, "system": system})
    for given_ in (ExpertInput(dialogue), ExpertInput(recorded)):
        rendered = [expert(name).render(given_) for name in EXPERTS]
        assert len({preamble for preamble, _ in rendered}) == 1
        assert len({user.partition("\n\n# Operation: ")[0] for _, user in rendered}) == 1
        assert all(user.count("\n\n# Operation: ") == 1 for _, user in rendered)


def test_the_system_prompt_is_shown_of_recorded_dialogues_only(dialogue: Dialogue) -> None:
    told = dialogue.model_copy(update={"system": "Today is 2026-03-18."})
    assert '"system"' not in expert("roles").render(ExpertInput(told))[1]
    recorded = told.model_copy(update={"task": None})
    assert '"system": "Today is 2026-03-18."' in expert("roles").render(ExpertInput(recorded))[1]
