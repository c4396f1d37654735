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
    RunStopped,
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
        (failed("server", status=500), EngineUnavailable, 6),
        (failed("timeout"), EngineUnavailable, 6),
        (failed("overloaded", status=504), EngineUnavailable, 6),
        (failed("authentication", status=403), AuthenticationFailed, 1),
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


POISONED = [
    failed("server", status=500),
    failed("timeout"),
    failed("protocol", status=200),
    failed("overloaded", status=504),
    failed("overloaded", status=524),
    failed("overloaded", status=502),
    failed("refused", status=404),
    failed("refused", status=307),
    failed("authentication", status=403),
    failed("authentication", status=400),
]


@pytest.mark.parametrize("error", POISONED, ids=str)
@pytest.mark.parametrize("first", [True, False])
def test_a_request_that_fails_while_others_are_answered_is_refused_alone(error, first):
    """Also where the bad one is the first to fail, and the others take longer."""

    async def answer(request):
        is_bad = request.key.step == "bad"
        for _ in range(2 if is_bad else 200):
            await asyncio.sleep(0)
        return error if is_bad else DONE

    engine = retried(FunctionEngine(answer))

    async def go():
        if not first:
            await engine.complete(make_request())
        steps = ["bad", "b", "bad", "c"]
        return await asyncio.gather(*(engine.complete(make_request(step=s)) for s in steps), return_exceptions=True)

    results = asyncio.run(go())
    assert [type(r) for r in results[::2]] == [RequestRefused, RequestRefused]
    assert results[1::2] == [DONE, DONE]


@pytest.mark.parametrize(
    "error", [failed("authentication", status=401), failed("rate-limit", status=429), failed("connection")], ids=str
)
def test_what_no_single_request_can_cause_stops_the_run_whoever_is_answered(error):
    engine = retried(FunctionEngine(lambda request: error if request.key.step == "bad" else DONE))

    async def go():
        bad = asyncio.create_task(engine.complete(make_request(step="bad")))
        await asyncio.sleep(0)
        await engine.complete(make_request())
        await bad

    with pytest.raises(RunStopped):
        asyncio.run(go())


@pytest.mark.parametrize("error", [failed("server", status=500), failed("timeout"), failed("protocol", status=200)])
def test_a_server_that_breaks_down_stops_the_run_and_refuses_nobody(error):
    left = [DONE] * 10
    engine = retried(FunctionEngine(lambda _: left.pop() if left else error))

    async def go():
        calls = (engine.complete(make_request(step=str(n))) for n in range(30))
        return await asyncio.gather(*calls, return_exceptions=True)

    results = asyncio.run(go())
    assert results[:10] == [DONE] * 10
    assert {type(r) for r in results[10:]} == {EngineUnavailable}


@pytest.mark.parametrize("error", [failed("refused", status=404), failed("authentication", status=403)], ids=str)
def test_one_refusal_is_believed_where_all_was_well_but_not_two_in_a_row(error):
    engine = retried(scripted(DONE, error, DONE, error, error))
    asked(engine)
    with pytest.raises(RequestRefused):
        asked(engine)
    asked(engine)
    with pytest.raises(RequestRefused):
        asked(engine)
    with pytest.raises(RunStopped):
        asked(engine)


def test_a_gateway_that_gave_up_waiting_is_not_busy():
    """While others are answered a busy server gets ten times the patience; a long request would time out each time."""
    inner = FunctionEngine(lambda request: failed("overloaded", status=504) if request.key.step == "bad" else DONE)
    engine = retried(inner)

    async def go():
        bad = asyncio.create_task(engine.complete(make_request(step="bad")))
        while not bad.done():
            await engine.complete(make_request())
            await asyncio.sleep(0)
        await bad

    with pytest.raises(RequestRefused, match="tried 6 times"):
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
    with pytest.raises(EngineUnavailable):
        asked(retried(scripted(failed("server")), retries=10, jitter=0.5, naps=naps))
    assert naps.seconds[:3] == [0.5, 1.0, 2.0]
    assert max(naps.seconds) == LONGEST_BACKOFF / 2


def test_a_server_that_says_when_is_obeyed():
    naps = Naps()
    asked(retried(scripted(failed("rate-limit", retry_after=20.0), DONE), naps=naps))
    assert 20.0 <= naps.seconds[0] <= 21.0


def test_a_server_that_asks_for_hours_ends_the_run_at_once():
    inner = scripted(failed("rate-limit", retry_after=LONGEST_ASKED_WAIT * 2))
    with pytest.raises(EngineUnavailable, match="wait 20 minutes"):
        asked(retried(inner))
    assert len(inner.requests) == 1


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(5_400, "90 minutes"), (86_400, "24 hours"), (259_200, "3 days"), (2_300_976_540, "for more than a year")],
)
def test_a_long_wait_is_told_in_a_unit_that_says_something(seconds, told):
    with pytest.raises(EngineUnavailable, match=f"wait {told}\\."):
        asked(retried(scripted(failed("rate-limit", retry_after=float(seconds)))))


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
