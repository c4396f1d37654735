from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engines.offline.desk import PLAIN_TOOLS, Desk
from toolace_mt.engines.base import CallKey, Message, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.errors import ProviderError
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TaskInput


def request() -> Request:
    system, user = TASK_INITIALIZATION.render(TaskInput(PLAIN_TOOLS, (1, 2), None))
    return Request(
        key=CallKey("d", "init/task", 0),
        operation="task_initialization",
        model="offline",
        messages=(Message("system", system), Message("user", user)),
        schema=TASK_INITIALIZATION.schema,
        seed=11,
    )


async def test_only_messages_operation_and_seed_count() -> None:
    engine = OfflineEngine(None)
    one = await engine.complete(request())
    other = await engine.complete(
        replace(request(), key=CallKey("e", "other", 3), model="another", temperature=0.1, schema={})
    )
    assert one.text == other.text


async def test_usage_is_estimated_from_characters() -> None:
    asked = request()
    completion = await OfflineEngine(None).complete(asked)
    assert completion.usage.calls == 1
    assert completion.usage.prompt_tokens == sum(len(m.content) for m in asked.messages) // 4
    assert completion.usage.completion_tokens == len(completion.text) // 4


@pytest.mark.parametrize(
    "broken",
    [
        {"operation": "translate"},
        {"messages": (Message("user", "What is the capital of France?"),)},
        {"messages": (Message("user", '{"tools": 3}\n\nDo it.'),)},
        {"messages": (Message("user", "{}\n\nDo it."),)},
        {"messages": ()},
    ],
)
async def test_what_is_no_operation_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ProviderError) as caught:
        await OfflineEngine(None).complete(replace(request(), **broken))
    assert caught.value.kind == "refused"
    assert not caught.value.retryable


async def test_a_reask_gets_another_answer(desk: Desk) -> None:
    asked = request()
    first = await desk.engine.complete(asked)
    again = (*asked.messages, Message("assistant", first.text), Message("user", "That answer cannot be used: ..."))
    second = await desk.engine.complete(replace(asked, messages=again, seed=12))
    assert second.text != first.text
