"""`python:MODULE[:NAME]`: tools from people's own Python, which is imported and run because they named it.

MODULE is importable from the current folder, or the path of a .py file. NAME is
- a class: its public methods are tools, its attributes are the state, and each dialogue gets an instance of its own;
- a function: one tool without state; several with commas between them are tools of one environment;
- a function that makes such an object (no parameter but `seed`, and a class as its return annotation);
- left out: each public class that the module defines and that has methods, and its public functions, which are one
  environment together. Exceptions, enums, protocols, abstract classes and data models (TypedDict, pydantic, named tuples)
  are passed over; a class that cannot be built is refused with the reason.

The name of an environment is the SRC that stands for it alone, so that it can be opened again from a dialogue.
"""

from __future__ import annotations

import enum
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

from pydantic import BaseModel

from toolace_mt.environments.base import Environment
from toolace_mt.environments.methods import Method, Offer, offer_of
from toolace_mt.environments.objects import ObjectEnvironment, build
from toolace_mt.environments.python_modules import import_named
from toolace_mt.environments.signatures import is_data
from toolace_mt.errors import InputError
from toolace_mt.types import EnvironmentRef

PREFIX = "python:"
_FORM = re.compile(r"python:(?P<module>.+\.py|[^:]+)(?::(?P<name>[^:]+))?", re.DOTALL)
_DATA = (BaseException, enum.Enum, tuple, dict)


class PythonTools(NamedTuple):
    """What a source offers: tools ready to call, in order, and (name, why) of what cannot be used."""

    methods: tuple[Method, ...]
    refused: tuple[tuple[str, str], ...]


class _World(NamedTuple):
    """One environment of a module: what makes its object from a seed, and the tools."""

    make: Callable[[int], object]
    offer: Offer


def python_tools(source: str) -> PythonTools:
    """The tools of `python:MODULE[:NAME]`. What it names is built once, to see that it can be.

    Raises InputError where the module cannot be imported, has no such name, or where nothing in it can be used.
    """
    module, name = _parse(source)
    methods: list[Method] = []
    refused: list[tuple[str, str]] = []
    for each in [source] if name else _environments(source, module):
        try:
            world = _world(each)
            _open(each, world, 0)
        except InputError as error:
            if name:
                raise
            refused.append((each.removeprefix(f"{source}:"), str(error)))
            continue
        methods += world.offer.methods.values()
        refused += world.offer.refused.items()
    if not methods:
        reasons = "; ".join(reason for _, reason in refused)
        raise InputError(reasons or f"{source}: has no public class or function of its own, so it offers no tools")
    return PythonTools(tuple(methods), tuple(refused))


def open_python(ref: EnvironmentRef) -> Environment:
    """A fresh environment: what `ref.name` (a SRC) stands for, made with `ref.seed`. Raises as python_tools."""
    return _open(ref.name, _world(ref.name), ref.seed)


def _open(source: str, world: _World, seed: int) -> ObjectEnvironment:
    return ObjectEnvironment(source, partial(world.make, seed), world.offer.methods)


def _parse(source: str) -> tuple[ModuleType, str]:
    match = _FORM.fullmatch(source)
    if match is None:
        raise InputError(f"{source}: write python:MODULE or python:MODULE:NAME; MODULE may be the path of a .py file")
    return import_named(source, match["module"]), match["name"] or ""


def _world(source: str) -> _World:
    module, name = _parse(source)
    group = PurePath(source.removeprefix(PREFIX).removesuffix(f":{name}")).name.removesuffix(".py")
    if not name:
        functions = tuple(_functions(module))
        return _World(lambda _: _namespace(functions), _usable(source, functions, group))
    if "," in name:
        functions = tuple(_named(source, module, each) for each in name.split(","))
        if odd := next((each for each in functions if not _is_tool(each)), None):
            raise InputError(f"{source}: {odd!r} is no function that is a tool, so it is to be named alone")
        return _World(lambda _: _namespace(functions), _usable(source, functions, group))
    thing = _named(source, module, name)
    if inspect.isclass(thing):
        return _World(partial(build, source, thing), _usable(source, thing, name))
    if not inspect.isfunction(inspect.unwrap(thing)):
        raise InputError(f"{source}: {name!r} is a {type(thing).__name__}; name a class or a function")
    if (made := _made_by(thing)) is not None:
        return _World(partial(build, source, thing), _usable(source, made, made.__name__))
    return _World(lambda _: _namespace((thing,)), _usable(source, (thing,), group))


def _named(source: str, module: ModuleType, name: str) -> Any:
    thing = getattr(module, name, None)
    if thing is None:
        public = ", ".join(k for k, v in vars(module).items() if _is_own(module, k, v)) or "nothing public"
        raise InputError(f"{source}: there is no {name!r} in {_module_of(source)}; it has {public}")
    return thing


def _module_of(source: str) -> str:
    """The module as the source names it: one that is read from a file has a name of its own."""
    match = _FORM.fullmatch(source)
    return match["module"] if match else source


def _is_tool(thing: Any) -> bool:
    return inspect.isfunction(inspect.unwrap(thing)) and not inspect.isclass(thing) and _made_by(thing) is None


def _usable(source: str, thing: type | tuple[Callable[..., Any], ...], group: str) -> Offer:
    offer = offer_of(thing, source, group)
    if not offer.methods:
        raise InputError("; ".join(offer.refused.values()) or f"{source}: has no public methods, so it offers no tools")
    return offer


def _namespace(functions: tuple[Callable[..., Any], ...]) -> SimpleNamespace:
    return SimpleNamespace(**{function.__name__: function for function in functions})


def _environments(source: str, module: ModuleType) -> Iterator[str]:
    """The SRC of each environment of a module: its classes, then its functions together."""
    for name, thing in vars(module).items():
        if inspect.isclass(thing) and _is_own(module, name, thing) and _has_behaviour(thing):
            yield f"{source}:{name}"
    if any(_functions(module)):
        yield source


def _functions(module: ModuleType) -> Iterator[Callable[..., Any]]:
    """The functions that are tools: those that make an object of a class are to be named."""
    for name, thing in vars(module).items():
        if inspect.isfunction(thing) and _is_own(module, name, thing) and _made_by(thing) is None:
            yield thing


def _is_own(module: ModuleType, name: str, thing: Any) -> bool:
    """Whether the module defines it for others: not private, not imported, and no second name for it."""
    own = getattr(thing, "__module__", None) == module.__name__ and getattr(thing, "__name__", None) == name
    return own and not name.startswith("_") and callable(thing)


def _has_behaviour(cls: type) -> bool:
    if issubclass(cls, _DATA) or typing.is_typeddict(cls) or inspect.isabstract(cls) or getattr(cls, "_is_protocol", 0):
        return False
    offer = offer_of(cls, "", "")
    own = any(inspect.isfunction(member) for name, member in vars(cls).items() if not name.startswith("_"))
    return bool(offer.methods or offer.refused) and (own or not issubclass(cls, BaseModel))


def _made_by(function: Callable[..., Any]) -> type | None:
    """The class whose object a factory gives; None for a function that is a tool."""
    try:
        parameters = inspect.signature(function).parameters
        made = typing.get_type_hints(function).get("return")
    except Exception:
        return None
    plain = inspect.isclass(made) and made.__module__ != "builtins" and not is_data(made)
    return made if plain and set(parameters) <= {"seed"} else None
