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
        '{"is_error": true, "success": true}',
        '{"success": "false", "message": "down"}',
        '{"error": {"code": 17, "message": "no such order"}}',
        '{"error": "no such order"}',
        '{"saved": false, "errors": ["field 3 is missing"]}',
        "Error: no such order",
        "Error: 0x80070005",
        "Error 404",
        "Error fetching the page",
        "Failed to send",
        "Failed: the disk is full",
        "Unable to connect",
        '{"code": 500, "msg": "internal"}',
        '{"code": "404", "message": "no such order", "data": null}',
        '{"result": "failed: no permission"}',
        '{"status": "Error: offline"}',
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
        '{"success": true, "result": 450}',
        '{"result": 450, "errors": []}',
        '{"success": true, "error": null, "status": 420}',
        '{"saved": true, "errors": ["field 3 was trimmed"]}',
        '{"status": "success", "errors": ["one row was left out"]}',
        '{"error": "none", "id": 5}',
        '{"error": "No errors.", "id": 5}',
        '{"error": {"code": 0, "message": "ok"}, "id": 5}',
        '{"errors": 3, "lines": 100}',
        '{"mean": 2.5, "error": 0.02}',
        "Failed payments report sent to finance.",
        "Error handling in Python: a guide by Bo",
        "Error: none",
        "Failed: 0 of 12",
        '{"code": 500, "msg": "success"}',
        '{"code": 500, "name": "S&P"}',
        '{"code": 404, "description": "Not Found"}',
        '{"code": 500, "msg": "index", "value": 3}',
        '{"code": {"a": 1}, "msg": "x", "status": "fails"}',
        '{"result": "failed: 0"}',
        '{"result": "Failed banks of 2008"}',
        "Failed: 3, passed: 12",
    ],
)
def test_no_failures(content: str) -> None:
    assert not says_failure(content)


@given(st.text())
def test_any_text_can_be_asked(content: str) -> None:
    says_failure(content)
    says_failure('{"error' + content)
