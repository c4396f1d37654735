from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.engines.offline.reading import Scene
from toolace_mt.engines.offline.slips import mended, mistyped
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


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            "Set the limit to $300. I'd say I know. Alright, go on.",
            "set the limit to $300. i'd say i know. alright, go on.",
        ),
        (
            'Put "No. Then." And pull it up. Say "So be it." After that, go.',
            'put "No. Then." and pull it up. say "So be it." after that, go.',
        ),
        ("Vera Engström, please. BK-5. Oslo.", "Vera Engström, please. BK-5. Oslo."),
        ("Note 'Put \"it. Set this\" up.' Then stop.", "Note 'Put \"it. Set this\" up.' Then stop."),
        ('Please say "Then', 'please say "Then'),
    ],
)
def test_lower_case_is_seen_at_all_beginnings(text: str, plain: str) -> None:
    assert written("lower_case", text) == plain


def test_every_message_with_a_small_word_has_a_typo() -> None:
    text = 'Could you open AB-1? Then write "Could you please?" to Ana.'
    found = {written("typos", text, seed) for seed in range(30)}
    assert text not in found
    assert len(found) > 2
    assert all(each.endswith('write "Could you please?" to Ana.') and "AB-1" in each for each in found)
    assert written("typos", "AB-1, 300 and 'could you'.") == "AB-1, 300 and 'could you'."


@pytest.mark.parametrize("style", ["lower_case", "typos"])
def test_a_value_of_a_call_is_left_as_it_is(style: str) -> None:
    call = {"name": "tag", "arguments": {"labels": ["Set", "please"]}}
    turns = [{"role": "user", "content": "Set, please."}, {"role": "assistant", "tool_calls": [call]}]
    assert voiced({"turns": turns}, scene({"style": style}))["turns"][0]["content"] == "Set, please."


@given(st.text(alphabet="Could you please. Then 'AB\"-1", max_size=80), st.integers(0, 9))
def test_typos_are_read_over(text: str, seed: int) -> None:
    assert mended(mistyped(text, random.Random(seed))) == mended(text)


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
