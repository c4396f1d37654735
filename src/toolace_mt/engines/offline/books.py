"""The phrasebooks: data files beside the code, read once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read_book(name: str) -> Any:
    """The content of `phrasebook/NAME.yaml`."""
    text = (
        resources.files("toolace_mt.engines.offline").joinpath("phrasebook", f"{name}.yaml").read_text(encoding="utf-8")
    )
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader either way


def frames(name: str) -> Sequence[str]:
    """The sentences of one kind in `phrasebook/frames.yaml`."""
    return read_book("frames")[name]
