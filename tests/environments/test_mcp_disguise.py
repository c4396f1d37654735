"""What of the SRC of an MCP server may be seen."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.environments.mcp.disguise import secret_variables, secrets_in_address, shown_command
from toolace_mt.environments.mcp.source import shown_source


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("mcp:env KEY=s3cret server --mode=fast", "mcp:env KEY=*** server --mode=fast"),
        ("mcp:/usr/bin/env -i -u HOME A=1 B='x y' server C=2", "mcp:/usr/bin/env -i -u HOME A=*** B=*** server C=2"),
        ("mcp:env F={scratch}/m.json server", None),
        ("mcp:env F={copy:/my/repo} server", None),
        ("mcp:env F=s3cret{scratch} KEY=s server", "mcp:env F=***{scratch} KEY=*** server"),
        ("mcp:env EMPTY= server 'a b'", None),
        ("mcp:env KEY=s server 'a b' ''", "mcp:env KEY=*** server 'a b' ''"),
        ("mcp:server KEY=value", None),
        ("mcp:env KEY=s3cret 'server", "mcp:env KEY=*** 'server"),
        ("mcp+https://me:pw@host:1/mcp?token=abc&x=1#f", "mcp+https://***@host:1/mcp?token=***&x=***#***"),
        ("mcp+http://host/mcp", None),
        ("python:module:KEY=1", None),
    ],
)
def test_names_are_shown_without_what_variables_hold(source: str, shown: str | None) -> None:
    assert shown_source(source) == (shown or source)
    assert shown_source(shown_source(source)) == shown_source(source)


@given(st.lists(st.text(), max_size=3), st.text(alphabet="qQ", min_size=8), st.lists(st.text(), max_size=3))
def test_a_value_is_never_shown(before: list[str], value: str, after: list[str]) -> None:
    variables = [f"A{i}={text}" for i, text in enumerate(before)]
    command = ["env", *variables, f"KEY={value}", "server", *after]
    shown = shown_command(command)
    assert value not in shown_command(command[: -len(after) or None])
    assert shlex.split(shown)[len(variables) + 1 :] == ["KEY=***", "server", *after]


def test_which_values_are_looked_for_in_answers() -> None:
    assert secret_variables(("env", "GITHUB_TOKEN=a", "TZ=Europe/Berlin", "apiKey=b", "s", "X_TOKEN=c")) == {
        "GITHUB_TOKEN": "a",
        "apiKey": "b",
    }
    assert secrets_in_address("http://me:p%40w@host/mcp?access_token=a%20b&page=2#x") == {
        "access_token": "a b",
        "password": "p@w",
    }
