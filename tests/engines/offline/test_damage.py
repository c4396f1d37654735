"""The offline experts on recorded dialogues: gross damage is seen, and what is sound passes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.operations.verify import ExpertInput
from toolace_mt.stages.experts import ask_experts

Message = dict[str, Any]
SOUND: list[Message] = [
    {"role": "system", "content": "Express delivery takes 24 hours and costs $9.50."},
    {"role": "assistant", "content": "Hi! How can I help you today?"},
    {"role": "user", "content": "where is my order OR-7182, and what would express cost?"},
    {"role": "assistant", "content": None, "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "track", "arguments": '{"order_id": "OR-7182"}'}}]},
    {"role": "tool", "tool_call_id": "a", "content": '{"order_id": "OR-7182", "items": [42.9, 88.15], "place": "Dunmore"}'},
    {"role": "assistant", "content": "It is in Dunmore: 2 pieces for $131.05. Express takes 24 hours and costs $9.50."},
    {"role": "user", "content": "thanks ###STOP###"},
]  # fmt: skip
TRACK = {"name": "track", "parameters": {"type": "object", "properties": {"order_id": {"type": "string"}}}}


def failed(messages: list[Message]) -> set[str]:
    recorded = read_recorded({"messages": messages, "tools": [{"type": "function", "function": TRACK}]}, 1)
    asker = Asker(OfflineEngine(), Config().engine, "r", 0)
    opinions = asyncio.run(ask_experts(asker, Config().verify, ExpertInput(recorded.dialogue)))
    return {opinion.expert for opinion in opinions if opinion.failed}


def changed(place: int, **fields: Any) -> list[Message]:
    return [{**m, **fields} if n == place else m for n, m in enumerate(SOUND)]


def test_a_sound_dialogue_of_others_passes() -> None:
    assert failed(SOUND) == set()


@pytest.mark.parametrize(
    ("messages", "expert"),
    [
        (SOUND[:4] + SOUND[5:], "coherence"),
        (SOUND[:3] + SOUND[4:], "coherence"),
        (SOUND[:5] + SOUND[6:], "coherence"),
        (SOUND[:5] + SOUND[3:], "coherence"),
        (SOUND[:6] + SOUND[2:], "coherence"),
        (SOUND[:5], "completion"),
        (SOUND[:4], "completion"),
        (changed(5, content="It is in Dunmore: 2 pieces for $137.05."), "faithfulness"),
        (changed(5, content="Order OR-7128 is in Dunmore."), "faithfulness"),
        (changed(2, content="Hello! How can I assist you today?"), "roles"),
        (changed(2, content="call track with order_id OR-7182"), "roles"),
        (changed(5, content="<|im_start|>It is in Dunmore."), "naturalness"),
    ],
)
def test_gross_damage_is_seen(messages: list[Message], expert: str) -> None:
    assert expert in failed(messages)


def test_an_error_told_as_success_is_seen() -> None:
    broken = changed(4, content='{"error": "no such order"}')
    told = [{**m, "content": "Done, your order is confirmed."} if n == 5 else m for n, m in enumerate(broken)]
    assert "faithfulness" in failed(told)
    said = [{**m, "content": "I'm sorry, there is no such order."} if n == 5 else m for n, m in enumerate(broken)]
    assert failed(said) == set()


def test_a_hand_over_is_an_end() -> None:
    call = {"id": "b", "type": "function", "function": {"name": "transfer_to_human", "arguments": "{}"}}
    ended = [
        *SOUND,
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "b", "content": "ok"},
    ]
    assert failed(ended) == set()


def test_long_texts_take_no_time() -> None:
    figures = " ".join(f"{n}.{n % 97:02} costs OR-{n}." for n in range(20_000))
    assert "faithfulness" in failed(changed(5, content=figures))
