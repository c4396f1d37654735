"""Importing people's modules, by name or by path; whatever goes wrong in them is one clear message."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from hashlib import blake2b
from pathlib import Path
from types import ModuleType

from toolace_mt.environments.outputs import told
from toolace_mt.environments.quiet import silenced
from toolace_mt.errors import InputError


def import_named(source: str, name: str) -> ModuleType:
    """The module `name`: importable from the current folder, or the path of a .py file, whose folder it may import from.

    It is imported once. Raises InputError, beginning with `source`, where there is none, or where importing it fails.
    """
    by_path = name.endswith(".py")
    path = Path(name).resolve() if by_path else Path.cwd()
    if by_path and not path.is_file():
        raise InputError(f"{source}: there is no file {name}")
    _search_in(path.parent if by_path else path)
    try:
        with silenced():
            return _load(path) if by_path else importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not by_path and error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise InputError(f"{source}: there is no module {error.name!r} here or installed ({Path.cwd()})") from None
        raise InputError(f"{source}: importing it fails{_place(error)}: {told(error)}; install it, or mend") from None
    except SyntaxError as error:
        place = f" at {error.filename}:{error.lineno}" if error.filename else ""
        raise InputError(f"{source}: importing it fails{place}: {type(error).__name__}: {error.msg}") from None
    except (Exception, SystemExit) as error:
        raise InputError(f"{source}: importing it fails{_place(error)}: {told(error)}") from None


def _search_in(folder: Path) -> None:
    if str(folder) not in sys.path and not {"", os.curdir}.intersection(sys.path if folder == Path.cwd() else ()):
        sys.path.insert(0, str(folder))


def _load(path: Path) -> ModuleType:
    """A module under a name that no other has: pickle, dataclasses and type hints look modules up by it."""
    name = f"{path.stem}_{blake2b(str(path).encode(), digest_size=4).hexdigest()}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("it is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _place(error: BaseException) -> str:
    """Where people's code raised, as ` at FILE:LINE`."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "importlib" not in frame.filename]
    outside = [frame for frame in frames if frame.filename != __file__]
    return f" at {outside[-1].filename}:{outside[-1].lineno}" if outside else ""
