"""The wire form, without a wire."""

from __future__ import annotations

import contextlib
import json
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.engines import SCHEMA, make_request
from toolace_mt.engines.base import Completion, Message
from toolace_mt.engines.dialect import Dialect
from toolace_mt.engines.wire import (
    decode_completion,
    decode_failure,
    encode_request,
    retry_after,
    schema_name,
    server_message,
)
from toolace_mt.errors import ProviderError

REQUEST = make_request("12345678")


def encoded(request=REQUEST, **dialect):
    return json.loads(encode_request(request, Dialect(**dialect)))


def decoded(value):
    return decode_completion(value if isinstance(value, bytes) else json.dumps(value).encode(), REQUEST)


def answer(message, **more):
    return {"choices": [{"message": message, **more}]}


def test_the_schema_goes_as_response_format_named_after_the_operation():
    body = encoded()
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "plan_task", "strict": False, "schema": SCHEMA},
    }
    assert body["messages"][-1] == {"role": "user", "content": "12345678"}
    assert (body["model"], body["seed"], body["temperature"], body["max_tokens"]) == ("some-model", 7, 0.8, 1000)
    assert "top_p" not in body
    assert "stream" not in body


@pytest.mark.parametrize("structure", ["json_object", "text"])
def test_without_json_schema_the_last_user_message_shows_it(structure):
    talk = (*REQUEST.messages, Message("assistant", "no"), Message("user", "again"), Message("assistant", "well"))
    body = encoded(make_request(messages=talk), structure=structure)
    assert body.get("response_format") == ({"type": "json_object"} if structure == "json_object" else None)
    contents = [m["content"] for m in body["messages"]]
    assert contents[3].startswith("again\n\n")
    assert json.dumps(SCHEMA, separators=(",", ":")) in contents[3]
    assert "JSON" in contents[3]  # OpenAI's JSON mode refuses prompts without the word
    assert contents[:3] == [m.content for m in talk[:3]]
    assert contents[4] == "well"


def test_a_dialect_renames_and_leaves_out_fields():
    body = encoded(length_field="max_completion_tokens", omitted=frozenset({"seed", "temperature"}))
    assert body["max_completion_tokens"] == 1000
    assert not {"max_tokens", "seed", "temperature"} & body.keys()
    assert not {"max_tokens", "max_completion_tokens"} & encoded(length_field=None).keys()


def test_extra_fields_of_the_configuration_win():
    assert encoded(make_request(extra={"temperature": 0.1, "top_k": 5}))["temperature"] == 0.1


def test_names_and_seeds_fit_the_narrowest_server():
    assert schema_name("refine/2 fill") == "refine_2_fill"
    assert len(schema_name("x" * 100)) == 64
    assert encoded(make_request(seed=2**40 + 3))["seed"] == 3


@pytest.mark.parametrize("broken", [{"messages": (Message("user", "\ud800"),)}, {"schema": {"maximum": 2**70}}])
def test_what_json_cannot_hold_is_refused(broken):
    with pytest.raises(ProviderError) as caught:
        encode_request(make_request(**broken), Dialect())
    assert caught.value.kind == "refused"


def test_a_plain_answer():
    completion = decoded(
        answer({"content": "hi"}, finish_reason="length")
        | {
            "model": "m",
            "usage": {"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 64}},
        }
    )
    assert (completion.text, completion.finish_reason, completion.model) == ("hi", "length", "m")
    usage = completion.usage
    counts = (usage.calls, usage.prompt_tokens, usage.cached_prompt_tokens, usage.completion_tokens)
    assert counts == (1, 100, 64, 7)


@pytest.mark.parametrize(
    ("message", "text", "refusal"),
    [
        ({"content": None}, "", ""),
        ({}, "", ""),
        ({"content": 5}, "", ""),
        ({"content": None, "refusal": "I cannot"}, "", "I cannot"),
        ({"content": "yes", "reasoning_content": "hm", "refusal": None}, "yes", ""),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "ab", ""),
        ({"content": [{"type": "thinking", "text": "hm"}, {"type": "output_text", "text": "b"}, "c", 3]}, "bc", ""),
        ({"content": [{"type": "refusal", "refusal": "no"}]}, "", "no"),
        ({"content": None, "tool_calls": [{"function": {"name": "f"}}]}, "", ""),
    ],
)
def test_content_in_all_its_forms(message, text, refusal):
    completion = decoded(answer(message, finish_reason=None))
    assert (completion.text, completion.refusal, completion.finish_reason) == (text, refusal, "stop")


@pytest.mark.parametrize(
    "usage", [None, "many", {}, {"prompt_tokens": None, "completion_tokens": True}, {"prompt_tokens": 1e400}]
)
def test_usage_that_is_missing_is_estimated(usage):
    used = decoded(answer({"content": "x" * 40}) | {"usage": usage}).usage
    assert used.completion_tokens == 10
    assert used.prompt_tokens == sum(len(m.content) for m in REQUEST.messages) // 4


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": -5, "completion_tokens": 10**30},
        {"prompt_tokens": 10**30, "completion_tokens": -1},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 2.0**40, "completion_tokens": 2**40},
    ],
)
def test_usage_that_cannot_be_is_estimated(usage):
    used = decoded(answer({"content": "x" * 40}) | {"usage": usage}).usage
    assert used.completion_tokens == 10
    assert used.prompt_tokens == sum(len(m.content) for m in REQUEST.messages) // 4


def test_a_long_template_and_long_thinking_are_believed():
    reported = {
        "prompt_tokens": 60_000,
        "completion_tokens": 900_000,
        "prompt_tokens_details": {"cached_tokens": 70_000},
    }
    used = decoded(answer({"content": ""}) | {"usage": reported}).usage
    assert (used.prompt_tokens, used.cached_prompt_tokens, used.completion_tokens) == (60_000, 0, 900_000)


def test_broken_unicode_in_an_answer_is_mended():
    lone = b'{"choices": [{"message": {"content": "a\\ud83d b"}}]}'
    assert decoded(lone).text == "a\ufffd b"
    latin = '{"choices": [{"message": {"content": "caf\xe9"}}]}'.encode("latin-1")
    assert decoded(latin).text == "caf\ufffd"
    control = b'{"choices": [{"message": {"content": "a\nb"}}]}'
    assert decoded(control).text == "a\nb"
    decoded(lone).model_dump_json()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><title>Welcome to nginx!</title></html>", "nginx"),
        (b'{"choices": [{"message": {"content": "cut o', "no chat completion"),
        (b"", "the answer is empty"),
        (b"[]", "no chat completion"),
        (b"{}", "no choices"),
        (b'{"choices": []}', "no choices"),
        (b'{"choices": [null]}', "no choices"),
        (b'{"choices": [{"text": "old"}]}', "no message"),
        (b'data: {"choices": []}\n\n', "it streams"),
        (b'event: message\ndata: {"choices": []}\n\n', "it streams"),
        (b" \n", "the answer is empty"),
        (b"\xff\xfe\x00", "no chat completion"),
        (b"[" * 100_000, "no chat completion"),
    ],
)
def test_what_is_no_completion_is_a_protocol_error(body, said):
    with pytest.raises(ProviderError, match=said) as caught:
        decoded(body)
    assert caught.value.kind == "protocol"
    assert caught.value.retryable


def test_an_error_inside_a_200_counts_as_what_it_says():
    with pytest.raises(ProviderError) as caught:
        decoded({"error": {"code": 429, "message": "slow down"}})
    assert (caught.value.kind, caught.value.status) == ("rate-limit", 429)
    with pytest.raises(ProviderError) as caught:
        decoded({"error": "went wrong"})
    assert caught.value.kind == "server"


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (301, "", "refused"),
        (400, "context length", "refused"),
        (401, "", "authentication"),
        (402, "no credit", "authentication"),
        (403, "", "authentication"),
        (403, "input was flagged by moderation", "refused"),
        (404, "no such model", "refused"),
        (408, "", "timeout"),
        (409, "", "server"),
        (422, "", "refused"),
        (400, "API key not valid. Please pass a valid API key.", "authentication"),
        (400, "Incorrect API key provided: sk-1", "authentication"),
        (400, "Authentication failed", "authentication"),
        (400, "response_format: property 'api_key' is not valid", "refused"),
        (400, "tools[0]: required parameter 'api_key' missing", "refused"),
        (429, "", "rate-limit"),
        (429, "You exceeded your current quota (code: insufficient_quota)", "authentication"),
        (500, "", "server"),
        (501, "", "refused"),
        (502, "", "overloaded"),
        (503, "loading", "overloaded"),
        (504, "", "overloaded"),
        (529, "", "overloaded"),
    ],
)
def test_statuses_have_kinds(status, text, kind):
    error = decode_failure(status, {}, json.dumps({"error": {"message": text}}).encode(), now=0)
    assert (error.kind, error.status) == (kind, status)
    assert f"HTTP {status}" in str(error)
    assert text in str(error)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            b'{"error": {"message": "bad", "param": "seed", "code": "unsupported"}}',
            "bad (param: seed, code: unsupported)",
        ),
        (b'{"error": "bad"}', "bad"),
        (b'{"message": "bad"}', "bad"),
        (b'[{"error": {"message": "bad", "code": 400}}]', "bad"),
        (
            b'{"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs"}]}',
            '[{"loc": ["body", "seed"], "msg": "Extra inputs"}]',
        ),
        (b"<html><head><title>502 Bad Gateway</title>", "an HTML page, '502 Bad Gateway'"),
        (b"<b>oops</b>", "oops"),
        (b"plain\n  text\x1b[31m", "plain text\ufffd[31m"),
        (b"", ""),
        (b"null", "null"),
        (b"\xff", "\ufffd"),
        (b"x" * 2000, "x" * 500 + "..."),
    ],
)
def test_error_bodies_of_all_shapes_are_one_line(body, said):
    assert server_message(body) == said


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": formatdate(1000.0, usegmt=True)}, 40.0),
        ({"Retry-After": formatdate(10.0, usegmt=True)}, 0.0),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 400}, None),
        ({"retry-after-ms": "250", "Retry-After": "3"}, 0.25),
    ],
)
def test_retry_after(headers, seconds):
    assert retry_after(headers, now=960.0) == seconds


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "message", "content", "error", "code", "usage", "prompt_tokens", "refusal", "text", "type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values | st.binary())
def test_no_answer_breaks_the_decoder(value):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    with contextlib.suppress(ProviderError):
        assert isinstance(decode_completion(body, REQUEST), Completion)
    assert isinstance(decode_failure(400, {}, body, now=0), ProviderError)
