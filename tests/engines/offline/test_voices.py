from __future__ import annotations

import random
from typing import Any

import pytest

from toolace_mt.engines.offline.reading import Scene
from toolace_mt.engines.offline.trajectories import style_of
from toolace_mt.engines.offline.voices import TONES, named_style, voiced


def scene(profile: Any, seed: int = 1) -> Scene:
    context = {} if profile is None else {"user_profile": profile}
    return Scene("trajectory_initialization", {}, None, {}, (), (), context, seed, "digest")


def written(style: str, text: str, seed: int = 1) -> str:
    answer = voiced({"turns": [{"role": "user", "content": text}]}, scene({"style": style}, seed))
    return answer["turns"][0]["content"]


def test_the_named_style_sets_the_tone() -> None:
    assert {style_of(scene({"style": style})) for style in TONES} == {"terse", "polite", "chatty"}
    assert all(style_of(scene({"style": style})) == tone for style, tone in TONES.items())


@pytest.mark.parametrize("profile", [None, "a nurse", [], {}, {"style": 3}, {"style": "in verse"}])
def test_other_styles_change_nothing(profile: Any) -> None:
    answer = {"turns": [{"role": "user", "content": "Could you go?"}]}
    assert voiced(answer, scene(profile)) is answer
    assert answer["turns"][0]["content"] == "Could you go?"
    assert style_of(scene(profile)) in TONES.values()
    assert isinstance(named_style(scene(profile)), str)


def test_lower_case_spares_names_and_quotations() -> None:
    text = 'Could you write to Ana Ruiz? Then put "Please call. Then wait." on list AB-1. After that, stop.'
    plain = 'could you write to Ana Ruiz? then put "Please call. Then wait." on list AB-1. after that, stop.'
    assert written("lower_case", text) == plain


def test_slips_are_in_the_first_word_of_some_messages() -> None:
    found = {written("typos", "Could you open AB-1?", seed) for seed in range(30)}
    assert found == {"Could you open AB-1?", "Coudl you open AB-1?"}
    assert written("typos", "Ana could.") == "Ana could."


def test_spoken_messages_begin_as_one_speaks() -> None:
    found = {written("spoken", "Could you open AB-1?", seed) for seed in range(30)}
    assert len(found) > 1
    assert all(text.endswith("could you open AB-1?") for text in found)
    assert written("spoken", "AB-1, please.") == "AB-1, please."
    assert "I'd like" in written("spoken", "I'd like that.")


def test_a_message_that_is_asked_for_alone_has_the_voice_too() -> None:
    answer = voiced({"goal": "Could be.", "user": "Could you open AB-1?"}, scene({"style": "lower_case"}))
    assert answer == {"goal": "Could be.", "user": "could you open AB-1?"}


def test_only_user_messages_change() -> None:
    answer = {
        "turns": [3, {"role": "assistant", "content": "Could be."}, {"role": "user", "content": "Could you?"}],
        "fills": [{"role": "tool", "results": []}],
        "subtasks": [{"user": "Please go.", "reply": "Please wait.", "goal": "Please go."}],
    }
    assert voiced(answer, scene({"style": "lower_case"})) == {
        "turns": [3, {"role": "assistant", "content": "Could be."}, {"role": "user", "content": "could you?"}],
        "fills": [{"role": "tool", "results": []}],
        "subtasks": [{"user": "please go.", "reply": "Please wait.", "goal": "Please go."}],
    }


def test_no_style_touches_a_value() -> None:
    rng = random.Random(0)
    for style in TONES:
        value = f"Q-{rng.randrange(10**6)} Then Could.Please x@y.example"
        assert value in written(style, f"Please send {value} now. Then wait.")
