from __future__ import annotations

import pytest

from toolace_mt.dialogue.leftovers import keys_in, leftovers, strings_in


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ls<|channel|>commentary", "special token"),
        ("done.</s>", "special token"),
        ("[/INST] yes", "special token"),
        ("<<SYS>>", "special token"),
        ("<end_of_turn>", "special token"),
        ("<tool_call>", "special token"),
        ("</think>", "special token"),
        ("<｜tool▁calls▁begin｜>", "special token"),
        ("[TOOL_CALLS]", "special token"),
        ("[TOOL_RESULTS]", "special token"),
        ("[/TOOL_RESULTS]", "special token"),
        ("[AVAILABLE_TOOLS]", "special token"),
        ("[/AVAILABLE_TOOLS]", "special token"),
        ("f[ARGS]{}", "special token"),
        ("<tools>", "special token"),
        ("</tools>", "special token"),
        ("<tool_calls>", "special token"),
        ("</tool_responses>", "special token"),
        ("<function_calls>", "special token"),
        ("</function_call>", "special token"),
        ("<function=get_user>", "special token"),
        ("</function>", "special token"),
        ("[gMASK]", "special token"),
        ("<sop>", "special token"),
        ("[|user|]", "special token"),
        ("[|/user|]", "special token"),
        ("go to [MASK] now", "mask"),
        ("<mask>", "mask"),
        ("Dear [Your Name],", "placeholder"),
        ("Mein Schlüssel ist YOUR_API_KEY", "placeholder"),
        ("Désolé: As an AI Language Model, I can't", "refusal"),
        ("on [date]", "placeholder"),
        ("[insert city here]", "placeholder"),
        ("{{ user_name }}", "placeholder"),
        ("<order_id>", "placeholder"),
        ("<your email>", "placeholder"),
        ("YOUR_API_KEY", "placeholder"),
        ("TBD", "placeholder"),
        ("As an AI language model, I cannot", "refusal"),
        ("I'm just an AI model.", "refusal"),
    ],
)
def test_leftovers_are_found(text: str, what: str) -> None:
    assert what in [found for found, _ in leftovers(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Add it to my todo list, and the TODO board.",
        "The gate is TBD.",
        "See [the manual](https://example.org/manual).",
        "if a < b and c > d: x[0] = {'a': {'b': 1}}",
        '{"rows":[{"name":"mask","date":"2025-05-02"}]}',
        "<p>Your <b>name</b></p>",
        "I wear a mask. The model is an AI.",
        "Your name, please? your name_tag",
        "Prices: [12, 15]",
        "a[args] of function(x), the tools >, f(x)=y, [||], [results]",
    ],
)
def test_ordinary_texts_have_none(text: str) -> None:
    assert list(leftovers(text)) == []


def test_strings_of_a_json_value() -> None:
    assert list(strings_in({"a": {"b": ["x", 3]}, "c": "y"})) == ["x", "y"]


def test_keys_of_a_json_value() -> None:
    assert list(keys_in([{"a": {"b": ["x", {"c": 3}]}}, "y"])) == ["a", "b", "c"]


def test_values_nested_deeper_than_calls_can_be() -> None:
    deep: object = "x"
    for _ in range(5000):
        deep = {"k": [deep]}

    assert list(strings_in(deep)) == ["x"]
    assert len(list(keys_in(deep))) == 5000
