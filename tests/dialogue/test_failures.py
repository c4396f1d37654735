from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.dialogue.failures import says_failure


@pytest.mark.parametrize(
    "content",
    [
        "Error: order not found",
        "KeyError: 'x'",
        "Traceback (most recent call last):",
        '{"error": "down"}',
        '{"success": false}',
        '{"status": "failed"}',
        '{"status_code": 404}',
        '{"output": null, "exception": "bad token"}',
        '{"isError": true, "content": []}',
        pytest.param('{"error": "' + "x" * 30_000 + '"}', id="too long to be kept"),
    ],
)
def test_failures(content: str) -> None:
    assert says_failure(content)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "ok",
        '{"output": "success", "exception": null}',
        '{"error": null, "rows": []}',
        '{"rows": [{"error": "old"}]}',
        '{"status": "pending"}',
        '{"status": 200}',
        '{"matching_lines": ["Error: something"]}',
        "The Error page shows nothing.",
    ],
)
def test_no_failures(content: str) -> None:
    assert not says_failure(content)


@given(st.text())
def test_any_text_can_be_asked(content: str) -> None:
    says_failure(content)
    says_failure('{"error' + content)
