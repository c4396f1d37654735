"""The built-in environments: small worlds of our own, from a travel agency to a bank and a health service.

Their briefs have three parts: `today`; `user`, who it is; and `knows`, the values with which calls succeed, by the name of
the parameter. Where one tool needs values of its own, they stand under `TOOL.PARAMETER` and come before the others;
whole sets of arguments that fit together stand under `TOOL`. Some have a fourth, `assistant_policy`: the rules that their
tools enforce, as the service's assistant is told them.
"""

from __future__ import annotations

from toolace_mt.environments.base import Environment
from toolace_mt.environments.builtin.bank import Bank
from toolace_mt.environments.builtin.clinic import Clinic
from toolace_mt.environments.builtin.files import Files
from toolace_mt.environments.builtin.home import Home
from toolace_mt.environments.builtin.meals import Meals
from toolace_mt.environments.builtin.office import Office
from toolace_mt.environments.builtin.shop import Shop
from toolace_mt.environments.builtin.tickets import Tickets
from toolace_mt.environments.builtin.travel import Travel
from toolace_mt.environments.methods import methods_of
from toolace_mt.environments.objects import open_object
from toolace_mt.errors import InputError
from toolace_mt.types import EnvironmentRef, Tool

BUILTIN: dict[str, type] = {
    "travel": Travel,
    "shop": Shop,
    "files": Files,
    "bank": Bank,
    "clinic": Clinic,
    "office": Office,
    "tickets": Tickets,
    "home": Home,
    "meals": Meals,
}


def builtin_tools(name: str | None = None) -> tuple[Tool, ...]:
    """The tools of the built-in environment `name`, or of all; no two share a name.

    Raises InputError for an unknown name.
    """
    names = BUILTIN if name is None else [_known(name)]
    return tuple(method.tool for each in names for method in methods_of(BUILTIN[each], each).values())


def open_builtin(ref: EnvironmentRef) -> Environment:
    """A fresh environment with the state that `ref.name` and `ref.seed` stand for. Raises InputError: unknown name."""
    name = _known(ref.name)
    return open_object(name, BUILTIN[name], ref.seed)


def _known(name: str) -> str:
    if name not in BUILTIN:
        raise InputError(f"there is no built-in environment {name!r}; known: {', '.join(BUILTIN)}")
    return name
