"""The API classes of BFCL's multi-turn benchmark as environments, with scenarios of our own.

Needs `pip install --no-deps bfcl-eval filelock mpmath`. The classes are not written by us, and are set up by a method after
they are made: a function that does this, named after `python:`, is all that such classes need.
"""

from __future__ import annotations

from typing import Any

from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.gorilla_file_system import GorillaFileSystem
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.math_api import MathAPI
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.message_api import MessageAPI
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.posting_api import TwitterAPI
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.ticket_api import TicketAPI
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.trading_bot import TradingBot
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.travel_booking import TravelAPI
from bfcl_eval.eval_checker.multi_turn_eval.func_source_code.vehicle_control import VehicleControlAPI

_NOTES = {"soil.txt": "pH 6.4 at bed one\npH 6.9 at bed two", "plan.md": "Sow beans in May.\nPrune in October."}
_SENSORS = {"april.csv": "day,litres\n1,40\n2,38", "may.csv": "day,litres\n1,51\n2,47"}


def _folder(**contents: Any) -> dict[str, Any]:
    return {"type": "directory", "contents": contents}


def _files(texts: dict[str, str]) -> dict[str, Any]:
    return {name: {"type": "file", "content": text} for name, text in texts.items()}


def scenario(name: str, seed: int) -> dict[str, Any]:
    """What a class of the benchmark is set up with: plain data, so that its checker can be given the same."""
    return _SCENARIOS.get(name, lambda _: {})(seed)


_SCENARIOS: dict[str, Any] = {
    "GorillaFileSystem": lambda seed: {
        "root": {
            "garden": _folder(
                notes=_folder(**_files(_NOTES)),
                sensors=_folder(**_files(_SENSORS)),
                **_files({"todo.txt": f"Order seed packet {seed % 7}.\nCall the plumber.", "old.log": "pump started"}),
            )
        }
    },
    "MessageAPI": lambda seed: {"current_user": "USR001", "random_seed": seed},
    "TwitterAPI": lambda seed: {"username": "mira", "password": "reed-42", "authenticated": True},
    "TicketAPI": lambda seed: {"current_user": "mira", "ticket_counter": 10 + seed % 5},
    "TravelAPI": lambda seed: {
        "random_seed": seed,
        "access_token": "tok-5521",
        "token_type": "Bearer",
        "token_expires_in": 3600,
        "token_scope": "read_write",
        "budget_limit": 9000.0,
        "credit_card_list": {
            "card-7731": {
                "card_number": "4000123412341234",
                "expiration_date": "11/2029",
                "cardholder_name": "Mira Lund",
                "card_verification_number": 381,
                "balance": 20000.0,
            }
        },
    },
    "VehicleControlAPI": lambda seed: {"random_seed": seed, "fuelLevel": 5.0 + seed % 20},
    "TradingBot": lambda seed: {"random_seed": seed, "authenticated": True, "market_status": "Open"},
}

_KNOWS: dict[str, dict[str, list[Any]]] = {
    "GorillaFileSystem": {
        "cd.folder": ["garden", "notes", "sensors", ".."],
        "file_name": ["todo.txt", "soil.txt", "plan.md", "april.csv", "may.csv"],
        "file_name1": ["april.csv", "soil.txt"],
        "file_name2": ["may.csv", "plan.md"],
        "mkdir.dir_name": ["seeds", "photos", "invoices", "tools"],
        "touch.file_name": ["beds.txt", "frost.md", "pump.log"],
        "source": ["todo.txt", "old.log", "soil.txt"],
        "destination": ["archive", "notes", "copy.txt"],
        "pattern": ["pH", "day", "Sow", "Order"],
        "find.name": ["txt", "csv", "plan"],
    },
    "MessageAPI": {
        "receiver_id": ["USR002", "USR003", "USR004"],
        "user": ["Bob", "Catherine", "Daniel"],
        "user_id": ["USR001", "USR002"],
        "keyword": ["file", "connect", "upload"],
    },
    "TwitterAPI": {
        "username_to_follow": ["oliver", "tess", "grower_ben"],
        "username_to_unfollow": ["alice", "bob"],
        "username": ["mira", "john"],
        "keyword": ["garden", "frost"],
    },
    "TicketAPI": {"username": ["mira"], "password": ["reed-42"]},
    "TravelAPI": {
        "access_token": ["tok-5521"],
        "card_id": ["card-7731"],
        "travel_from": ["SFO", "LAX", "JFK"],
        "travel_to": ["ORD", "BOS", "LAX"],
        "travel_class": ["economy", "business"],
        "travel_date": ["2026-04-12", "2026-05-03"],
        "location": ["San Francisco", "Chicago", "New York"],
        "passport_number": ["P1234567"],
    },
    "TradingBot": {"symbol": ["AAPL", "GOOG", "TSLA"], "stock": ["NVDA", "AMZN"], "name": ["Apple", "Tesla"]},
}


def _made(thing: Any, seed: int) -> Any:
    name = type(thing).__name__
    if hasattr(thing, "_load_scenario"):
        thing._load_scenario(scenario(name, seed))
    thing.brief = {"knows": _KNOWS.get(name, {})}
    return thing


def file_system(seed: int) -> GorillaFileSystem:
    return _made(GorillaFileSystem(), seed)


def calculator(seed: int) -> MathAPI:
    return _made(MathAPI(), seed)


def messages(seed: int) -> MessageAPI:
    return _made(MessageAPI(), seed)


def posts(seed: int) -> TwitterAPI:
    return _made(TwitterAPI(), seed)


def help_desk(seed: int) -> TicketAPI:
    return _made(TicketAPI(), seed)


def trading(seed: int) -> TradingBot:
    return _made(TradingBot(), seed)


def flights(seed: int) -> TravelAPI:
    return _made(TravelAPI(), seed)


def car(seed: int) -> VehicleControlAPI:
    return _made(VehicleControlAPI(), seed)
