"""Which failures are tried again, and what the run is told in the end."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles.engines import FunctionEngine, Naps, make_completion, make_request, scripted
from toolace_mt.engines.retried import LONGEST_ASKED_WAIT, LONGEST_BACKOFF, Retried
from toolace_mt.errors import (
    AuthenticationFailed,
    BudgetExhausted,
    EngineUnavailable,
    ProviderError,
    RequestRefused,
    ToolaceError,
)

DONE = make_completion()


def failed(kind, **more):
    return ProviderError(f"it was {kind}", kind=kind, **more)


def retried(inner, retries=5, jitter=1.0, **more):
    return Retried(inner, retries=retries, sleep=more.pop("naps", Naps()), jitter=lambda: jitter, **more)


def asked(engine):
    return asyncio.run(engine.complete(make_request()))


@pytest.mark.parametrize("kind", ["timeout", "rate-limit", "overloaded", "server", "protocol", "connection"])
def test_a_failure_that_passes_is_not_seen(kind):
    naps = Naps()
    engine = retried(scripted(failed(kind), DONE), naps=naps)
    assert asked(engine) == DONE
    assert len(naps.seconds) == 1


@pytest.mark.parametrize(
    ("error", "expected", "attempts"),
    [
        (failed("authentication", status=401), AuthenticationFailed, 1),
        (failed("refused", status=400), RequestRefused, 1),
        (failed("refused", status=404), EngineUnavailable, 1),
        (failed("refused", status=307), EngineUnavailable, 1),
        (failed("refused"), RequestRefused, 1),
        (failed("server", status=500), RequestRefused, 6),
        (failed("timeout"), RequestRefused, 6),
        (failed("rate-limit", status=429), EngineUnavailable, 6),
        (failed("overloaded", status=503), EngineUnavailable, 6),
        (failed("protocol", status=200), EngineUnavailable, 6),
    ],
)
def test_the_last_failure_becomes_what_the_run_understands(error, expected, attempts):
    inner = scripted(error)
    with pytest.raises(expected, match="it was") as caught:
        asked(retried(inner))
    assert len(inner.requests) == attempts
    assert (f"tried {attempts} times" in str(caught.value)) == (attempts > 1)


def test_a_server_that_answered_before_may_garble_one_request():
    engine = retried(scripted(DONE, failed("protocol", status=200)))

    async def go():
        await engine.complete(make_request())
        await engine.complete(make_request())

    with pytest.raises(RequestRefused):
        asyncio.run(go())


def test_an_address_that_never_answered_is_given_up_within_two_seconds():
    naps, inner = Naps(), scripted(failed("connection"))
    with pytest.raises(EngineUnavailable):
        asked(retried(inner, naps=naps))
    assert len(inner.requests) == 3
    assert sum(naps.seconds) < 1


def test_an_address_that_did_answer_gets_all_the_patience():
    naps = Naps()
    inner = scripted(DONE, *[failed("connection")] * 5, DONE)
    engine = retried(inner, naps=naps)

    async def go():
        await engine.complete(make_request())
        return await engine.complete(make_request())

    assert asyncio.run(go()) == DONE
    assert naps.seconds == [1.0, 2.0, 4.0, 8.0, 16.0]


def test_no_retries_means_one_attempt():
    for kind in ("rate-limit", "connection", "server"):
        inner = scripted(failed(kind))
        with pytest.raises(ToolaceError):
            asked(retried(inner, retries=0))
        assert len(inner.requests) == 1


def test_backoff_doubles_under_a_cap_and_is_spread_by_the_jitter():
    naps = Naps()
    with pytest.raises(RequestRefused):
        asked(retried(scripted(failed("server")), retries=10, jitter=0.5, naps=naps))
    assert naps.seconds[:3] == [0.5, 1.0, 2.0]
    assert max(naps.seconds) == LONGEST_BACKOFF / 2


def test_a_server_that_says_when_is_obeyed():
    naps = Naps()
    asked(retried(scripted(failed("rate-limit", retry_after=20.0), DONE), naps=naps))
    assert 20.0 <= naps.seconds[0] <= 21.0


def test_a_server_that_asks_for_hours_ends_the_run_at_once():
    inner = scripted(failed("rate-limit", retry_after=LONGEST_ASKED_WAIT * 2))
    with pytest.raises(EngineUnavailable, match="wait 1200 s"):
        asked(retried(inner))
    assert len(inner.requests) == 1


def test_a_server_busy_with_the_others_is_waited_for_longer():
    turns = [failed("rate-limit")] * 20 + [DONE]

    def answer(request):
        return turns.pop(0) if request.key.step == "unlucky" else DONE

    engine = retried(FunctionEngine(answer))

    async def lucky():
        for _ in range(100):
            await engine.complete(make_request())
            await asyncio.sleep(0)

    async def go():
        others = asyncio.create_task(lucky())
        completion = await engine.complete(make_request(step="unlucky"))
        await others
        return completion

    assert asyncio.run(go()) == DONE


def test_a_server_that_no_longer_answers_anybody_is_not_merely_busy():
    engine = retried(FunctionEngine(lambda request: failed("overloaded") if request.key.step == "unlucky" else DONE))

    async def go():
        unlucky = asyncio.create_task(engine.complete(make_request(step="unlucky")))
        await asyncio.sleep(0)
        await engine.complete(make_request())
        await unlucky

    with pytest.raises(EngineUnavailable, match="tried 6 times"):
        asyncio.run(go())


def test_what_stops_the_run_for_one_stops_it_for_all():
    def answer(request):
        return failed("authentication") if request.key.step == "hopeless" else failed("server")

    inner = FunctionEngine(answer)
    engine = retried(inner)

    async def go():
        steps = ["b", "c", "hopeless"]
        errors = await asyncio.gather(*(engine.complete(make_request(step=s)) for s in steps), return_exceptions=True)
        with pytest.raises(AuthenticationFailed):
            await engine.complete(make_request())
        return errors

    errors = asyncio.run(go())
    assert [type(e) for e in errors] == [AuthenticationFailed] * 3
    assert len({id(e) for e in errors}) == 3
    assert len(inner.requests) == 3


def test_a_budget_that_is_used_up_stops_all():
    inner = scripted(BudgetExhausted("spent"))
    engine = retried(inner)
    for _ in range(2):
        with pytest.raises(BudgetExhausted, match="spent"):
            asked(engine)
    assert len(inner.requests) == 1


def test_waits_are_told():
    told = []
    asked(retried(scripted(failed("overloaded"), DONE), notify=told.append))
    assert told == ["it was overloaded; trying again in 1.0 s"]


def test_why_a_request_was_refused_is_told():
    told = []
    with pytest.raises(RequestRefused):
        asked(retried(scripted(failed("refused", status=400)), notify=told.append))
    assert told == ["it was refused"]
