"""A simulated conversation: user, assistant and tools take turns, each message one request over all that was said before.

Tools that run are run; the tool agent writes what the others give. A message that the rules find wrong is asked again, as
the turns of the method are, before anything is built on it.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.turns import call_ids, pair_results
from toolace_mt.environments.base import Environment
from toolace_mt.errors import SimulationUnfinished, ToolStateLost
from toolace_mt.operations.agents import (
    AGENT_ASSISTANT,
    AGENT_TOOL,
    AGENT_USER,
    AssistantDraft,
    AssistantInput,
    ResultsDraft,
    ToolInput,
    UserDraft,
    UserInput,
)
from toolace_mt.stages.beginning import POLICY
from toolace_mt.stages.execution import runs
from toolace_mt.stages.repair import errors_of
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Action, Dialogue, Observation, ToolCall, ToolResult, Turn

# Of a dialogue that goes on, nobody can say these yet.
_ONLY_AT_THE_END = ("alternation", "pairing", "unserved-subtask", "faulty-unrecovered")
# At the end of a sentence: what goes on right behind the mark is an address.
_QUESTION_MARK = re.compile(r"[\uff1f\u061f]|\?(?![A-Za-z0-9_=&%/#-])")
_QUOTED = re.compile(
    r"```[\s\S]{0,4000}?```|`[^`\n]{1,400}`|\"[^\"\n]{1,400}\"|(?<!\w)'[^'\n]{1,400}'(?!\w)|"
    r"“[^”\n]{1,400}”|‘[^’\n]{1,400}’|„[^“”\n]{1,400}[“”]|«[^»\n]{1,400}»|「[^」\n]{1,400}」"
)


async def simulate(scope: Scope, dialogue: Dialogue) -> AsyncIterator[Dialogue]:
    """`dialogue`, whose task is set, after each turn, until its user is done and the last reply asks nothing.

    Raises SimulationUnfinished where that takes more than `mas` allows, ToolStateLost where nobody can tell whether a call
    has changed an outside server, and what asking raises.
    """
    knobs = scope.config.mas
    world = scope.open_environment(scope.world.ref) if scope.world else None
    agents = _Agents(scope, world, call_ids(f"{dialogue.id}/mas"))
    for _ in range(knobs.user_messages_max):
        message, done = await agents.user(dialogue)
        if message is None:
            return
        yield (dialogue := _longer(dialogue, message))
        for step in range(knobs.steps_max + 1):
            yield (dialogue := _longer(dialogue, action := await agents.assistant(dialogue)))
            if not action.calls:
                break
            if step == knobs.steps_max:
                raise SimulationUnfinished(f"the assistant still makes calls after {step} steps for one message")
            yield (dialogue := _longer(dialogue, await agents.tools(dialogue, action)))
        if done and not asks(dialogue.turns[-1]):
            return
    raise SimulationUnfinished(f"the user is not done after {knobs.user_messages_max} messages")


def asks(turn: Turn) -> bool:
    """Whether a reply may want an answer: then the user is asked once more, though nothing was left to bring up.

    Questions that it quotes are none of its own.
    """
    return _QUESTION_MARK.search(_QUOTED.sub(" ", turn.text)) is not None


@dataclass(frozen=True)
class _Agents:
    """The agents of one dialogue. world: where its tools run, in its present state. ids: of calls, one after another."""

    scope: Scope
    world: Environment | None
    ids: Iterator[str]

    async def user(self, dialogue: Dialogue) -> tuple[Observation | None, bool]:
        """The user's next message, None where nothing is left to say; and whether it is the last."""
        world = self.scope.world
        brief = {key: value for key, value in world.brief.items() if key != POLICY} if world else {}

        async def accept(draft: UserDraft) -> tuple[Observation | None, bool]:
            if not draft.content.strip():
                return None, True
            message = Observation(text=draft.content.strip(), subtask=draft.subtask)
            _refuse_errors(self.scope, dialogue, message)
            return message, draft.done

        given = UserInput(dialogue, brief)
        return await self.scope.asker.ask_for(AGENT_USER, given, _step(dialogue, "user"), accept)

    async def assistant(self, dialogue: Dialogue) -> Action:
        """The assistant's next turn."""

        async def accept(draft: AssistantDraft) -> Action:
            calls = tuple(
                ToolCall(id=str(i), name=c.name, arguments=c.arguments) for i, c in enumerate(draft.tool_calls)
            )
            action = Action(text=draft.content.strip(), calls=calls, subtask=dialogue.turns[-1].subtask)
            _refuse_errors(self.scope, dialogue, action)
            return action

        given = AssistantInput(dialogue, self.scope.world, self.scope.config.mas.calls_max)
        action = await self.scope.asker.ask_for(AGENT_ASSISTANT, given, _step(dialogue, "assistant"), accept)
        calls = tuple(call.model_copy(update={"id": next(self.ids)}) for call in action.calls)
        return action.model_copy(update={"calls": calls})

    async def tools(self, dialogue: Dialogue, action: Action) -> Observation:
        """What the calls of `action`, the last turn of `dialogue`, give: by running them, or by the tool agent."""
        real = [await self._run(call) for call in action.calls if runs(dialogue, call.name)]
        left = tuple(call for call in action.calls if not runs(dialogue, call.name))
        written = await self._written(dialogue, action, left) if left else ()
        by_id = {result.call_id: result for result in (*real, *written)}
        return Observation(results=tuple(by_id[call.id] for call in action.calls), subtask=action.subtask)

    async def _run(self, call: ToolCall) -> ToolResult:
        assert self.world is not None
        output = await self.world.call(call.name, call.arguments)
        if output.uncertain:
            raise ToolStateLost(f"{call.name} answers {output.content}; whether it was done, nobody knows")
        return ToolResult(call_id=call.id, name=call.name, content=output.content, is_error=output.is_error)

    async def _written(self, dialogue: Dialogue, action: Action, calls: tuple[ToolCall, ...]) -> tuple[ToolResult, ...]:
        asked = action.model_copy(update={"calls": calls})
        shown = dialogue.model_copy(update={"turns": (*dialogue.turns[:-1], asked)})

        async def accept(draft: ResultsDraft) -> tuple[ToolResult, ...]:
            results = pair_results(calls, draft.results)
            _refuse_errors(self.scope, shown, Observation(results=results, subtask=action.subtask))
            return results

        given = ToolInput(shown, self.scope.world)
        return await self.scope.asker.ask_for(AGENT_TOOL, given, _step(dialogue, "tool"), accept)


def _step(dialogue: Dialogue, agent: str) -> str:
    return f"mas/turn-{len(dialogue.turns)}/{agent}"


def _longer(dialogue: Dialogue, turn: Turn) -> Dialogue:
    return dialogue.model_copy(update={"turns": (*dialogue.turns, turn)})


def _refuse_errors(scope: Scope, dialogue: Dialogue, turn: Turn) -> None:
    """Raises Unacceptable where the rules see errors in `turn`, the next of `dialogue`."""
    at = len(dialogue.turns)
    found = scope.check(_longer(dialogue, turn), skip=_ONLY_AT_THE_END)
    errors = [f.detail for f in errors_of(found) if f.turn == at]
    if errors:
        raise Unacceptable(errors)
