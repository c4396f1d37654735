"""Methods are the same configuration but for what makes them."""

from __future__ import annotations

import json

import pytest

from toolace_mt.bench.methods import METHODS, USUAL_COUNT, choose_methods, configurations, runs_tools, that_can_run
from toolace_mt.errors import InputError

DESCRIBED = {"name": "find_book", "description": "Find a book", "parameters": {"type": "object", "properties": {}}}


def configs(names=tuple(METHODS), settings=(), sources=("builtin",)):
    return configurations(names, sources, None, settings, count=7, seed=3)


def test_methods_differ_in_nothing_but_what_makes_them():
    made = configs(settings=["refine.passes_max=2"])
    assert list(made) == list(METHODS)
    assert {config.run.method for config in made.values()} == {"mas", "nar"}
    assert {name for name, config in made.items() if config.run.skeleton == "executed"} == {
        "nar-executed",
        "nar-executed-sequential",
    }
    assert {name for name, config in made.items() if config.run.decoding == "parallel"} == {
        "nar-parallel",
        "nar-executed",
    }
    assert {name for name in METHODS if METHODS[name].get("refine.adaptive")} == {
        "nar-parallel",
        "nar-executed",
        "nar-executed-sequential",
    }
    assert made["nar-sequential"].refine.adaptive is False
    assert made["nar-parallel"].refine.adaptive is True
    for name, config in made.items():
        assert config.tools.execute == ("executed" in name) == runs_tools(name)
        assert (config.run.count, config.run.seed, config.refine.passes_max) == (7, 3, 2)
        for part in ("verify", "repair", "initialize", "diversity", "engine"):
            assert getattr(config, part) == getattr(made["mas"], part)
        assert config.tools.sources == made["mas"].tools.sources


def test_all_methods_are_measured_where_none_is_named():
    assert choose_methods(None) == list(METHODS)
    assert choose_methods("nar-parallel, mas") == ["nar-parallel", "mas"]


@pytest.mark.parametrize(
    ("names", "said"), [("mas,fast", "fast"), ("", "empty"), (",", "empty"), ("mas,", "empty"), ("mas, mas", "twice")]
)
def test_what_names_no_list_of_methods_is_said(names, said):
    with pytest.raises(InputError, match=said):
        choose_methods(names)


def test_what_cannot_run_is_left_out_with_a_notice(tmp_path):
    file = tmp_path / "tools.json"
    file.write_text(json.dumps([DESCRIBED]))
    said = []
    assert list(that_can_run(configs(sources=[str(file)]), said.append)) == ["mas", "nar-sequential", "nar-parallel"]
    assert "no tool of these sources runs" in said[0]
    assert "nar-executed-sequential" in said[0]
    assert list(that_can_run(configs(), said.append)) == list(METHODS)
    assert len(said) == 1
    with pytest.raises(InputError, match="cannot be measured"):
        that_can_run(configs(["nar-executed"], sources=[str(file)]), said.append)


def test_the_count_of_a_file_holds_unless_another_one_is_given(tmp_path):
    file = tmp_path / "own.toml"

    def count_of(count):
        made = configurations(["mas", "nar-parallel"], [], file, [], count=count, seed=0)
        return {config.run.count for config in made.values()}

    file.write_text("[run]\ncount = 12\n")
    assert (count_of(None), count_of(3)) == ({12}, {3})
    file.write_text("[run]\nseed = 5\n")
    assert count_of(None) == {USUAL_COUNT}
    file.write_text("[run]\ncount = 1000000\n")
    with pytest.raises(InputError, match=r"run\.count.*100,000"):
        count_of(None)


def test_a_file_changes_neither_what_makes_a_method_nor_which_dialogues_it_keeps(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("[refine]\nadaptive = false\n")
    assert configurations(["nar-parallel"], [], file, [], count=1, seed=0)["nar-parallel"].refine.adaptive
    file.write_text("[diversity]\nnear_duplicates = 0.7\n")
    with pytest.raises(InputError, match="near_duplicates"):
        configurations(["mas"], [], file, [], count=1, seed=0)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("run.method=mas", "--methods"),
        ("run.decoding=parallel", "--methods"),
        ("tools.execute=false", "--methods"),
        ("refine.adaptive=true", "--methods"),
        ("run.count=3", "--count"),
        ("diversity.near_duplicates=0.7", "near_duplicates"),
        ("engine.model=gpt", "offline engine"),
    ],
)
def test_what_makes_a_method_is_not_set_by_hand(setting, said):
    with pytest.raises(InputError, match=said):
        configs(settings=[setting])
