"""The configuration of an earlier run, taken for what is estimated from it; what it says nothing about is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from toolace_mt.config import Config, ModelsConfig
from toolace_mt.errors import InputError
from toolace_mt.runs.folder import FREE, count_of, differences, open_run, written_down

# Beside what any run may change: the model, whose answers are taken to be like those there; the seed, since dialogues of
# another one are as good a sample; and what is counted anew. Tools are compared by name here: theirs need not be there.
_MAY_DIFFER = {
    **FREE,
    "tools": ("call_timeout",),
    "engine": (*FREE["engine"], "model"),
    "models": tuple(ModelsConfig.model_fields),
    "run": (*FREE["run"], "seed"),
    "diversity": ("near_duplicates",),
}


def with_count_of(config: Config, folder: Path) -> Config:
    """`config`, with as many dialogues as the run in `folder` wants, where there is one and `config` says no number.

    A run that goes on without its --count must not lose what it has.
    """
    count = None if "count" in config.run.model_fields_set else count_of(folder)
    if count is None:
        return config
    return config.model_copy(update={"run": config.run.model_copy(update={"count": count})})


def with_run(config: Config, folder: Path) -> Config:
    """The configuration of the run in `folder`, with what `config` sets besides.

    Raises InputError where there is no run, or that would make other dialogues: those there say nothing about them.
    """
    earlier = open_run(folder).config
    merged = _merge(earlier.model_dump(), config.model_dump(exclude_unset=True))
    try:
        asked = Config.model_validate(merged)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise InputError(f"{folder}: with the options given here, {where}: {problem['msg']}") from None
    if found := differences(written_down(earlier), written_down(asked), _MAY_DIFFER):
        raise InputError(
            f"{folder} holds a run of another configuration ({'; '.join(found)}), which says nothing about this one: leave"
            " those options out, or --from"
        )
    return asked


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Parts of a configuration, two levels deep: values of `over` go before those of `base`."""
    return {**base, **{part: {**base.get(part, {}), **values} for part, values in over.items()}}
