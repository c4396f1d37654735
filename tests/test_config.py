from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from toolace_mt.config import Config, load_config
from toolace_mt.errors import InputError

URL, EXECUTE = "tools.openapi_base_url", "tools.openapi_execute=all"
SHARE = "diversity.injections.clarification=40%"


def test_later_settings_win(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text("[run]\ncount = 5\nseed = 3\n[refine]\nenabled = false\n")
    config = load_config(file, ["run.seed=4", "engine.model=gpt-4o"], {"run.count": 9, "run.concurrency": None})
    assert (config.run.count, config.run.seed, config.refine.enabled) == (9, 4, False)
    assert config.engine.model == "gpt-4o"
    assert config.run.concurrency == Config().run.concurrency


def test_one_weight_changes_one_weight() -> None:
    config = load_config(None, ["refine.weights.clarification=0"], {})
    assert dict(config.refine.weights.items())["clarification"] == 0
    assert dict(config.refine.weights.items())["tool_awareness"] == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["refine.passs=3"], ["refine.passs", "no such option", "passes_max"]),
        (["nonsense"], ["part.key=value"]),
        (["run.count=zero"], ["run.count"]),
        (["run.count=0"], ["run.count", "greater than or equal to 1"]),
        (["initialize.steps_min=9"], ["initialize.steps_min", "initialize.steps_max"]),
        (["models.judge=gpt-4o-mini"], ["models.judge", "--model"]),
        (["models.jugde=gpt-4o-mini"], ["models.jugde", "no such option", "judge"]),
        (["engine.base_url=http://127.0.0.1:1/v1"], ["--model"]),
        (["run.count.x=1", "run.count=3", "run.count.y=2"], ["run.count"]),
        (["refine.weights.small_talk=1"], ["refine.weights.small_talk", "non_function_calling"]),
        ([SHARE, "refine.enabled=false"], ["diversity.injections", "refine.enabled=false leaves out"]),
        ([SHARE, "refine.injections_max=0", "refine.injections_min=0"], ["diversity.injections", "injections_max=0"]),
        ([SHARE, "run.method=mas"], ["diversity.injections", "run.method=mas has no injections"]),
        (["tools.openapi_execute=reads"], ["tools", "--openapi-base-url"]),
        (["tools.openapi_base_url=http://127.0.0.1"], ["tools", "--openapi-execute"]),
        ([f"{URL}=ftp://a", EXECUTE], ["tools.openapi_base_url", "like https://"]),
        ([f"{URL}=http://a/b?c", EXECUTE], ["tools.openapi_base_url", "without ?"]),
        ([f"{URL}=http://u:p@a", EXECUTE], ["tools.openapi_base_url", "openapi_header_env"]),
        ([f"{URL}=http://a:b", EXECUTE], ["tools.openapi_base_url", "no address"]),
        ([f"{URL}=http://a", EXECUTE, 'tools.sources=["openapi:a","openapi:b"]'], ["2 openapi: sources"]),
        (['tools.openapi_header_env={"Host"="X"}'], ["'Host' is no HTTP header that can be set"]),
        (['tools.openapi_header_env={"a b"="X"}'], ["'a b' is no HTTP header"]),
        (["run.seed=99999999999999999999"], ["run.seed", "too large", "9223372036854775807"]),
        (["run.seed=-99999999999999999999"], ["run.seed", "too large"]),
        (["refine.injections_max=99999999999999999999"], ["refine.injections_max", "too large"]),
        (["run.seed=" + "9" * 5000], ["--set run.seed", "too long"]),
        (["engine.extra.a=" + "[" * 5000 + "]" * 5000], ["--set engine.extra.a", "nested too deeply"]),
        (["engine.extra.a=" + "[" * 250 + "]" * 250], ["engine.extra", "Recursion limit"]),
        (["engine.extra.a.b=99999999999999999999"], ["engine.extra", "64-bit"]),
        (["engine.extra.a=[inf]"], ["engine.extra", "JSON has not"]),
        (["engine.extra.a=nan"], ["engine.extra", "JSON has not"]),
        (["engine.extra.a=2030-01-01"], ["engine.extra", "in quotes"]),
        (["engine.model=\udcff"], ["engine.model", "UTF-8"]),
        (["engine.temperature=inf"], ["engine.temperature", "finite"]),
        (["engine.timeout=inf"], ["engine.timeout", "finite"]),
        (["tools.call_timeout=inf"], ["tools.call_timeout", "finite"]),
        (["refine.weights.clarification=inf"], ["refine.weights.clarification", "finite"]),
        (["refine.weights.clarification=1e308"], ["refine.weights.clarification", "less than"]),
        (['verify.experts=["roles", "coherence", "roles"]'], ["verify.experts", "roles is named more", "verify.votes"]),
    ],
)
def test_a_wrong_setting_is_named(settings: list[str], said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        load_config(None, settings, {})
    assert all(text in str(error.value) for text in said)


def test_what_is_taken_can_be_written_down_and_read_back() -> None:
    settings = ["run.seed=9223372036854775807", "engine.extra.a={b=[1, 2.5, 'x', true], c='2030-01-01'}"]
    config = load_config(None, settings, {})
    assert Config.model_validate_json(orjson.dumps(config.model_dump(mode="json"))) == config


def test_a_file_that_its_parser_cannot_bear_is_named(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    for text in ("run.seed = " + "9" * 5000, "engine.extra.a = " + "[" * 5000):
        file.write_text(text)
        with pytest.raises(InputError, match=r"run\.toml: holds a number that is too long"):
            load_config(file, [], {})


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text("[run]\ncount = = 5\n")
    with pytest.raises(InputError, match=r"run\.toml.*line 2"):
        load_config(file, [], {})
    with pytest.raises(InputError, match=r"absent\.toml: cannot be read"):
        load_config(tmp_path / "absent.toml", [], {})
