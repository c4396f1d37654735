"""toolace-mt: multi-turn tool-calling dialogues, generated non-autoregressively (ToolACE-MT, arXiv 2508.12685).

The public names are those of `__all__`, and only these (docs/python.md). They are loaded when they are first used, so that
`import toolace_mt` itself costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolace_mt.api import (
        Config,
        ExportReport,
        InputError,
        Progress,
        Run,
        RunStopped,
        ToolaceError,
        ToolFailure,
        Verdict,
        agenerate,
        arefine,
        export,
        generate,
        load_config,
        open_run,
        refine,
        tool,
        verify,
    )

__version__ = "0.1.0"

__all__ = [
    "Config",
    "ExportReport",
    "InputError",
    "Progress",
    "Run",
    "RunStopped",
    "ToolFailure",
    "ToolaceError",
    "Verdict",
    "__version__",
    "agenerate",
    "arefine",
    "export",
    "generate",
    "load_config",
    "open_run",
    "refine",
    "tool",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.api"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
