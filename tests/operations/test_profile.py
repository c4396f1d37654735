from __future__ import annotations

import orjson

from toolace_mt.operations.agents import AGENT_ASSISTANT, AGENT_TOOL, AGENT_USER
from toolace_mt.operations.base import Operation, World, profile_json
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TaskInput
from toolace_mt.types import EnvironmentRef, Tool, UserProfile

NURSE = UserProfile(persona="a night-shift nurse", style="terse", writes="in short sentences")
GIVEN = TaskInput((Tool(name="look_up"),), (1,), World(EnvironmentRef(name="shop", seed=1), {"today": "2026-01-01"}))


def shown(profile: UserProfile | None, given: TaskInput = GIVEN) -> str:
    return TASK_INITIALIZATION.render(given, None, profile)[1]


def test_the_profile_follows_what_lasts_and_comes_before_the_rest() -> None:
    context = orjson.loads(shown(NURSE).partition("\n\n")[0])
    assert list(context) == ["tools", "world", "user_profile", "subtasks_wanted"]
    assert context["user_profile"]["who"] == "a night-shift nurse"
    assert "stay exactly" in context["user_profile"]["use"]
    bare = orjson.loads(shown(NURSE, TaskInput(GIVEN.tools, (1,))).partition("\n\n")[0])
    assert list(bare) == ["tools", "user_profile", "subtasks_wanted"]


def test_without_a_profile_requests_are_what_they_were() -> None:
    assert shown(None) == TASK_INITIALIZATION.render(GIVEN)[1]
    assert "user_profile" not in shown(None)
    profile = profile_json(NURSE)
    with_profile = orjson.loads(shown(NURSE).partition("\n\n")[0])
    assert with_profile.pop("user_profile") == profile
    assert with_profile == orjson.loads(shown(None).partition("\n\n")[0])


def test_what_was_not_drawn_is_not_told() -> None:
    assert list(profile_json(UserProfile(persona="a smith"))) == ["who", "use"]


def test_of_the_agents_only_the_user_knows() -> None:
    agents: list[Operation] = [AGENT_USER, AGENT_ASSISTANT, AGENT_TOOL]
    assert [agent.knows_user for agent in agents] == [True, False, False]
