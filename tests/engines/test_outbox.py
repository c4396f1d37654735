"""What is out, what was cut off there, and what does not go out any more."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles.engines import FunctionEngine, make_completion, make_request
from toolace_mt.engines.outbox import Outbox, Posted
from toolace_mt.errors import ProviderError

REQUEST = make_request()


def test_a_request_is_out_while_it_is_answered():
    outbox = Outbox()

    def answer(request):
        assert outbox.is_out(request.key)
        assert outbox.count == 1
        return make_completion()

    assert asyncio.run(Posted(FunctionEngine(answer), outbox).complete(REQUEST)) == make_completion()
    assert outbox.count == 0
    assert not outbox.was_cut_off(REQUEST.key)


def test_only_what_is_cancelled_while_it_is_out_was_cut_off():
    outbox = Outbox()
    with pytest.raises(ProviderError), outbox.going_out(REQUEST.key):
        raise ProviderError("busy", kind="overloaded", status=503)
    assert not outbox.was_cut_off(REQUEST.key)
    with pytest.raises(asyncio.CancelledError), outbox.going_out(REQUEST.key):
        raise asyncio.CancelledError
    assert [outbox.was_cut_off(REQUEST.key) for _ in range(2)] == [True, False]


def test_what_was_dropped_goes_out_only_when_it_is_taken_up():
    outbox, inner = Outbox(), FunctionEngine(lambda _: make_completion())
    outbox.drop(REQUEST.key)
    assert outbox.is_dropped(REQUEST.key)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(Posted(inner, outbox).complete(REQUEST))
    assert inner.requests == []
    assert not outbox.was_cut_off(REQUEST.key)
    outbox.take_up(REQUEST.key)
    asyncio.run(Posted(inner, outbox).complete(REQUEST))
    assert len(inner.requests) == 1
