"""Signals end work in order, once; a second one breaks it off."""

from __future__ import annotations

import asyncio
import signal

import pytest

from toolace_mt.cli.stopping import StoppedBySignal, run_until_stopped, stopped, was_broken_off


@pytest.mark.parametrize(
    ("number", "said", "code"),
    [
        (signal.SIGINT, "stopped by you", 130),
        (signal.SIGTERM, "stopped by SIGTERM", 143),
        (signal.SIGHUP, "stopped by SIGHUP", 129),
    ],
)
def test_the_first_signal_lets_the_work_end_in_order(number, said, code, capsys):
    before, ended = signal.getsignal(number), []

    async def work():
        signal.raise_signal(number)
        try:
            await asyncio.sleep(10)
        finally:
            await asyncio.sleep(0.01)
            ended.append(True)

    with pytest.raises(StoppedBySignal) as caught:
        run_until_stopped(work())
    assert ended == [True]
    assert not was_broken_off(caught.value)
    assert stopped(caught.value, "go on like this").code == code
    assert capsys.readouterr().err == f"{said}\ngo on like this\n"
    assert signal.getsignal(number) == before


def test_a_second_signal_breaks_it_off():
    async def work():
        signal.raise_signal(signal.SIGTERM)
        try:
            await asyncio.sleep(10)
        finally:
            asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGINT)
            await asyncio.sleep(10)

    with pytest.raises(StoppedBySignal) as caught:
        run_until_stopped(work())
    assert was_broken_off(caught.value)
    assert stopped(caught.value).code == 143


def test_a_second_signal_interrupts_what_blocks():
    async def work():
        signal.raise_signal(signal.SIGINT)
        try:
            signal.raise_signal(signal.SIGINT)  # as a tool that hangs meets it
        except KeyboardInterrupt:
            await asyncio.sleep(10)  # the first one's cancellation comes here

    with pytest.raises(StoppedBySignal):
        run_until_stopped(work())


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does it

    async def work():
        signal.raise_signal(signal.SIGHUP)
        await asyncio.sleep(0.01)
        return "done"

    try:
        assert run_until_stopped(work()) == "done"
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_comes_without_a_signal_is_passed_on():
    async def work():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_until_stopped(work())
