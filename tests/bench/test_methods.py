"""Methods are the same configuration but for what makes them."""

from __future__ import annotations

import pytest

from toolace_mt.bench.methods import METHODS, choose_methods, configurations
from toolace_mt.errors import InputError


def configs(names=tuple(METHODS), settings=(), simulated_tools=False):
    return configurations(names, ["builtin"], None, settings, count=7, seed=3, simulated_tools=simulated_tools)


def test_methods_differ_in_nothing_but_what_makes_them():
    made = configs(settings=["refine.passes_max=2"])
    assert list(made) == list(METHODS)
    assert {config.run.method for config in made.values()} == {"mas", "nar"}
    assert made["nar-executed"].run.skeleton == "executed"
    assert made["nar-sequential"].refine.adaptive is False
    assert made["nar-parallel"].refine.adaptive is True
    for config in made.values():
        assert (config.run.count, config.run.seed, config.refine.passes_max) == (7, 3, 2)
        assert config.verify == made["mas"].verify
        assert config.repair == made["mas"].repair
        assert config.tools == made["mas"].tools


def test_all_methods_are_measured_where_none_is_named():
    assert choose_methods("", simulated_tools=False) == list(METHODS)
    assert choose_methods("", simulated_tools=True) == ["mas", "nar-sequential", "nar-parallel"]
    assert choose_methods("nar-parallel, mas", simulated_tools=False) == ["nar-parallel", "mas"]


def test_with_simulated_tools_no_method_runs_any():
    assert not any(c.tools.execute for c in configs(["mas", "nar-parallel"], simulated_tools=True).values())


@pytest.mark.parametrize(("names", "simulated", "said"), [("fast", False, "fast"), ("nar-executed", True, "runs the")])
def test_methods_that_cannot_be_are_named(names, simulated, said):
    with pytest.raises(InputError, match=said):
        choose_methods(names, simulated_tools=simulated)


@pytest.mark.parametrize(
    ("setting", "said"),
    [("run.method=mas", "--methods"), ("run.decoding=parallel", "--methods"), ("engine.model=gpt", "offline engine")],
)
def test_what_makes_a_method_is_not_set_by_hand(setting, said):
    with pytest.raises(InputError, match=said):
        configs(settings=[setting])
