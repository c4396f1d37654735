"""What of a SRC may be seen: not the values that its command is given as variables, nor secrets in its address.

The name of an environment stands in prompts, run folders and datasets, and there `mcp:env API_KEY=*** COMMAND` is enough.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from urllib.parse import unquote

from toolace_mt.schema.names import words

PLACEHOLDER = re.compile(r"\{scratch\}|\{copy(?::([^{}]*))?\}")
HIDDEN = "***"

_VARIABLE = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_TAKES_A_WORD = frozenset({"-u", "--unset", "-C", "--chdir"})
_OWN_FOLDER = re.compile(rf"(?:{PLACEHOLDER.pattern})(?:/[\w.-]+)*/?")
_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]*(?=@)|(?<=[?&])([^=&#]*=)?([^&#]*)|(?<=#).*")
_SPEAKS_OF_SECRETS = frozenset(
    {"key", "apikey", "token", "secret", "password", "passwd", "passphrase", "pass", "pwd", "pat", "auth"}
    | {"authorization", "credential", "credentials", "cookie", "session", "dsn"}
)


def shown_command(command: Sequence[str]) -> str:
    """The words of a command, to be split as a shell does it, with `***` for what its variables are set to.

    A variable that is set to a folder of the dialogue's own (`{scratch}/notes.json`) is shown.
    """
    variables = variable_places(command)
    return " ".join(_quoted(_shown(word) if i in variables else word) for i, word in enumerate(command))


def shown_address(url: str) -> str:
    """A URL with `***` for user and password, and for what its query sets."""
    return _IN_ADDRESS.sub(lambda match: f"{match[1] or ''}{HIDDEN}" if match[0] else "", url)


def variable_places(command: Sequence[str]) -> range:
    """Where `env` stands before a command: the places of its words up to the command. Options are among them."""
    if not command or PurePath(command[0]).name != "env":
        return range(0)
    place = 1
    while place < len(command) and (command[place].startswith("-") or _VARIABLE.fullmatch(command[place])):
        place += 2 if command[place] in _TAKES_A_WORD else 1
    return range(1, min(place, len(command)))


def secret_variables(command: Sequence[str]) -> dict[str, str]:
    """Variables whose names speak of secrets: name to value. What others hold (`TZ=Europe/Berlin`) may be in answers."""
    return dict(_secrets(command[i] for i in variable_places(command)))


def secrets_in_address(url: str) -> dict[str, str]:
    """What a URL holds of secrets: the password, and values of the query whose names speak of secrets."""
    query = url.partition("#")[0].partition("?")[2]
    found = {name: unquote(value) for name, value in _secrets(query.split("&"))}
    password = re.search(r"://[^/@\s:]*:([^/@\s]*)@", url)
    return found | ({"password": unquote(password[1])} if password else {})


def _secrets(settings: Iterable[str]) -> Iterator[tuple[str, str]]:
    for setting in settings:
        name, _, value = setting.partition("=")
        if value and not PLACEHOLDER.search(value) and not _SPEAKS_OF_SECRETS.isdisjoint(words(name)):
            yield name, value


def _shown(word: str) -> str:
    variable = _VARIABLE.fullmatch(word)
    if variable is None or not variable[2] or _OWN_FOLDER.fullmatch(variable[2]):
        return word
    # That a dialogue gets folders is seen from the name.
    placeholders = "".join(match[0] for match in PLACEHOLDER.finditer(variable[2]))
    return f"{variable[1]}={HIDDEN}{placeholders}"


def _quoted(word: str) -> str:
    return shlex.quote(word) if not word or re.search(r"[\s'\"\\]", word) else word
