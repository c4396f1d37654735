"""Reading a configuration: a TOML file, `--set part.key=value`, and command-line flags on top."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from toolace_mt.config.whole import Config
from toolace_mt.errors import InputError

# What the parser of TOML says nothing of: digits without end, brackets in brackets in brackets.
_UNREADABLE = "holds a number that is too long, or values nested too deeply"


def load_config(
    file: str | Path | None = None, settings: Iterable[str] = (), flags: Mapping[str, Any] = MappingProxyType({})
) -> Config:
    """Merge a TOML file, `part.key=value` settings and flags (dotted key to value; None is left out), later ones win.

    Raises InputError naming the file or setting, the key, and what is wrong with it.
    """
    tree: dict[str, Any] = _read_toml(Path(file)) if file else {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or "." not in key:
            raise InputError(f"--set {setting}: write it as part.key=value, for example --set refine.enabled=false")
        _put(tree, key.strip(), _parse_value(text.strip(), f"--set {key}"), f"--set {setting}")
    return _checked(tree, flags, file)


def with_flags(config: Config, flags: Mapping[str, Any]) -> Config:
    """`config` with other values for some dotted keys; those that are None stay. Raises InputError as load_config."""
    return _checked(config.model_dump(exclude_unset=True), flags)


def _checked(tree: dict[str, Any], flags: Mapping[str, Any], file: str | Path | None = None) -> Config:
    for key, value in flags.items():
        if value is not None:
            _put(tree, key, value, f"the flag for {key}")
    try:
        return Config.model_validate(tree)
    except ValidationError as error:
        raise InputError(_explain(error, file)) from None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: is not valid TOML: {error}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: {_UNREADABLE} ({error})") from None


def _parse_value(text: str, where: str) -> Any:
    """A TOML value where it reads as one, else the text itself: `--set engine.model=gpt-4o` needs no quotes."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: {_UNREADABLE} ({error})") from None


def _put(tree: dict[str, Any], key: str, value: Any, where: str) -> None:
    *path, last = key.split(".")
    for name in path:
        inner: Any = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            raise InputError(f"{where}: {name} is a value, not a part of the configuration")
        tree = inner
    tree[last] = value


def _explain(error: ValidationError, file: str | Path | None) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            lines.append(f"{key}: there is no such option{_known(problem['loc'])}")
        else:
            message = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{key}: {message}" if key else message)
    where = f" ({file} and the command line)" if file else ""
    return f"configuration{where}: " + "; ".join(lines)


def _known(location: tuple[int | str, ...]) -> str:
    model: Any = Config
    for name in location[:-1]:
        model = model.model_fields[name].annotation if name in getattr(model, "model_fields", {}) else None
        if not hasattr(model, "model_fields"):
            return ""
    return "; known here: " + ", ".join(model.model_fields)
