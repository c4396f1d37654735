"""The embedded offline engine: answers every operation by grammar and schema, the same answer for the same request.

It sees what a server would see, and nothing else: the messages, the operation's name, the seed. The executable worlds come
through `open_environment`, by the name and seed that the context gives.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from toolace_mt.engines.base import Completion, Request
from toolace_mt.engines.offline.agents import write_results, write_turn, write_user
from toolace_mt.engines.offline.experts import write_verdict
from toolace_mt.engines.offline.fills import write_fills
from toolace_mt.engines.offline.injections import write_chat, write_clarification, write_error, write_tool_awareness
from toolace_mt.engines.offline.judging import write_judgement
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Scene, read_scene
from toolace_mt.engines.offline.repairing import write_repair
from toolace_mt.engines.offline.tasks import write_plan, write_task
from toolace_mt.engines.offline.trajectories import write_subtrajectory, write_trajectory
from toolace_mt.engines.offline.verbalizing import write_reply, write_request, write_wording
from toolace_mt.engines.offline.voices import voiced
from toolace_mt.environments.base import OpenEnvironment
from toolace_mt.errors import ProviderError
from toolace_mt.types import Usage

_CHARACTERS_PER_TOKEN = 4
_Write = Callable[[Scene, Planner], Awaitable[dict[str, Any]]]


class OfflineEngine:
    """An `Engine` without a model. open_environment: opens the worlds of executable tools, where there are any."""

    def __init__(self, open_environment: OpenEnvironment | None = None) -> None:
        self._planner = Planner(open_environment)

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises ProviderError (refused) for what is no operation of toolace-mt."""
        write = _WRITERS.get(request.operation)
        if write is None:
            known = ", ".join(_WRITERS)
            raise ProviderError(
                f"the offline engine has no operation {request.operation!r}; it has {known}", kind="refused"
            )
        scene = read_scene(request)
        text = orjson.dumps(voiced(await write(scene, self._planner), scene)).decode()
        usage = Usage(
            calls=1,
            prompt_tokens=sum(len(message.content) for message in request.messages) // _CHARACTERS_PER_TOKEN,
            completion_tokens=len(text) // _CHARACTERS_PER_TOKEN,
        )
        return Completion(text=text, model=request.model, usage=usage)


_WRITERS: dict[str, _Write] = {
    "task_initialization": write_task,
    "plan_initialization": write_plan,
    "trajectory_initialization": write_trajectory,
    "subtrajectory_initialization": write_subtrajectory,
    "verbalization": write_wording,
    "verbalization_request": write_request,
    "verbalization_reply": write_reply,
    "inject_clarification": write_clarification,
    "inject_tool_awareness": write_tool_awareness,
    "inject_error_simulation": write_error,
    "inject_non_function_calling": write_chat,
    "mask_fill": write_fills,
    "judge": write_judgement,
    "repair": write_repair,
    "agent_user": write_user,
    "agent_assistant": write_turn,
    "agent_tool": write_results,
    **dict.fromkeys(
        ("verify_coherence", "verify_faithfulness", "verify_completion", "verify_roles", "verify_naturalness"),
        write_verdict,
    ),
}
