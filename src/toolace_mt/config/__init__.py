"""The configuration: one frozen pydantic model per part; a TOML file, `--set part.key=value`, and flags on top.

Secrets never appear here: `engine.api_key_env` names the environment variable that holds the key.
"""

from toolace_mt.config.base import Part
from toolace_mt.config.parts import (
    EXPERTS,
    DiversityConfig,
    EngineConfig,
    InitializeConfig,
    InjectionWeights,
    MasConfig,
    ModelsConfig,
    Prices,
    RefineConfig,
    RepairConfig,
    RowsConfig,
    RunConfig,
    VerifyConfig,
)
from toolace_mt.config.reading import load_config, with_flags
from toolace_mt.config.tools import ToolsConfig
from toolace_mt.config.whole import Config

__all__ = [
    "EXPERTS",
    "Config",
    "DiversityConfig",
    "EngineConfig",
    "InitializeConfig",
    "InjectionWeights",
    "MasConfig",
    "ModelsConfig",
    "Part",
    "Prices",
    "RefineConfig",
    "RepairConfig",
    "RowsConfig",
    "RunConfig",
    "ToolsConfig",
    "VerifyConfig",
    "load_config",
    "with_flags",
]
