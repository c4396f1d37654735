"""Many callers in trouble say the same: it is told once."""

from __future__ import annotations

import pytest

from toolace_mt.cli.notices import Notices


def test_the_same_line_is_told_once_and_many_others_are_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    notices = Notices()

    for number in range(40):
        notices("refused")
        notices(f"problem {number}")

    told = capsys.readouterr().err.splitlines()
    assert told.count("refused") == 1
    assert told[1:3] == ["problem 0", "problem 1"]
    assert told[-1] == "... and more of the kind"
    assert len(told) == 11
