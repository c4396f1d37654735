"""What to try after a refusal: messages are those of real servers."""

from __future__ import annotations

import pytest

from toolace_mt.engines.dialect import Dialect, next_dialect
from toolace_mt.errors import ProviderError


def after(message, status=400, dialect=None, may_weaken=True, may_guess=False):
    refusal = ProviderError(message, kind="refused", status=status)
    return next_dialect(dialect or Dialect(), refusal, may_weaken=may_weaken, may_guess=may_guess)


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("This response_format type is unavailable now", 400),
        ("'response_format.type' must be 'json_object' or 'text'", 400),
        ("This model does not support response format `json_schema`.", 400),
        ("Invalid schema for response_format 'plan_task': array schema missing items", 400),
        ("The provided JSON schema contains features not supported by xgrammar: json_schema", 400),
        ("Failed to initialize samplers: failed to parse grammar", 400),
        ("guided decoding is not available", 422),
        ("Automatic parser generation failed: JSON schema error at #: cannot resolve $ref #/$defs/x", 400),
        ("[{'type': 'literal_error', 'loc': ['body', 'response_format', 'type']}]", 422),
        ("No endpoints found that support structured outputs", 404),
        ("json_schema: NotImplementedError", 500),
    ],
)
def test_a_refused_response_format_is_weakened_step_by_step(message, status):
    weaker = after(message, status)
    assert weaker == Dialect(structure="json_object")
    assert after(message, status, weaker) == Dialect(structure="text")
    assert after(message, status, Dialect(structure="text")) is None
    assert after(message, status, may_weaken=False) is None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            Dialect(length_field="max_completion_tokens"),
        ),
        (
            "Unsupported value: 'temperature' does not support 0.8 with this model. Only the default (1) value is supported.",
            Dialect(omitted=frozenset({"temperature"})),
        ),
        (
            "{'detail': [{'type': 'extra_forbidden', 'loc': ['body', 'seed'], 'msg': 'Extra inputs are not permitted'}]}",
            Dialect(omitted=frozenset({"seed"})),
        ),
        ('Unknown name "seed": Cannot find field.', Dialect(omitted=frozenset({"seed"}))),
        (
            "max_tokens is too large: 8192. This model supports at most 4096 completion tokens.",
            Dialect(length_field=None),
        ),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 4096 tokens",
            Dialect(length_field=None),
        ),
    ],
)
def test_parameters_that_a_server_does_not_take(message, expected):
    assert after(message) == expected


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("Invalid 'temperature': decimal above maximum value. Expected a value <= 2", 400),
        ("The model `gpt-9` does not exist", 404),
        ("maximum context length is 2048 tokens, your prompt has 9000", 400),
        ("The response does not match the expected peg-native format", 500),
        ("response_format is overloaded", 503),
        ("json_schema", 401),
    ],
)
def test_refusals_about_something_else_change_nothing(message, status):
    assert after(message, status) is None


def test_an_unspecific_refusal_is_guessed_about_only_where_allowed():
    assert after("bad request", may_guess=True) == Dialect(structure="json_object")
    assert after("bad request") is None
    assert after("prompt is too long: context length exceeded", may_guess=True) is None
    assert after("internal error", 500, may_guess=True) is None
    assert after("no such model", 404, may_guess=True) is None


def test_every_field_is_given_up_once():
    dialect, seen = Dialect(), set()
    message = "Unsupported: seed, temperature, top_p, max_tokens, response_format"
    while dialect is not None:
        assert dialect not in seen
        seen.add(dialect)
        dialect = after(message, dialect=dialect)
    assert len(seen) == 7


def test_the_difference_is_told_in_words():
    learned = Dialect(structure="text", length_field=None, omitted=frozenset({"seed"}))
    assert learned.difference(Dialect()) == "seed, max_tokens, response_format json_schema"
