"""What `mcp:COMMAND...` and `mcp+http(s)://...` say, without starting anything.

The command is split as a shell splits it, but no shell runs it. Two placeholders give each dialogue folders of its own:
`{scratch}`, an empty one, and `{copy:DIR}`, a copy of DIR. With one of them each dialogue has a server process to itself.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from toolace_mt.environments.mcp.copies import LeadsOutside, copy_folder
from toolace_mt.environments.mcp.disguise import (
    HIDDEN,
    PLACEHOLDER,
    secret_variables,
    secrets_in_address,
    shown_address,
    shown_command,
    variable_places,
)
from toolace_mt.environments.mcp.places import Places
from toolace_mt.errors import InputError

STDIO = "mcp:"
HTTP = ("mcp+http:", "mcp+https:")
PREFIXES = (STDIO, *HTTP)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that each dialogue gets. name: how dialogues call it, without the slash. copy_of: None for an empty one."""

    placeholder: str
    name: str
    copy_of: Path | None


@dataclass(frozen=True, slots=True)
class McpSource:
    """name: the SRC as it may be seen (`shown_source`). url: of an HTTP server; else words, the command with its
    placeholders, and their folders. secrets: values that nobody is to see, by the names under which they are given.
    """

    name: str
    url: str | None = None
    words: tuple[str, ...] = ()
    folders: tuple[Folder, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @property
    def isolated(self) -> bool:
        """Whether each dialogue has a server process and folders of its own; else all share one, and take turns."""
        return bool(self.folders)

    @property
    def label(self) -> str:
        """What the server is called where it says no name: its program, or its host."""
        if self.url is not None:
            return shown_address(self.url).partition("://")[2].partition("/")[0]
        command = self.words[variable_places(self.words).stop :]
        return Path(command[0] if command else self.words[0]).name

    def command(self, root: Path) -> list[str]:
        """The words of the command with the dialogue's folders, which lie in `root`."""
        return [self._filled(word, {f.placeholder: str(root / f.name) for f in self.folders}) for word in self.words]

    def places(self, root: Path) -> Places:
        """The short names of the dialogue's folders, which lie in `root`."""
        return Places({f"/{f.name}": str(root / f.name) for f in self.folders}, self.secrets)

    def prepare(self, root: Path) -> None:
        """Make the folders in `root`; those that are there stay as they are.

        A copy comes in one piece: half of one, left by a crash, is made anew. Raises OSError, and InputError where a link
        leads out of a folder that is to be copied.
        """
        root.mkdir(parents=True, exist_ok=True)
        for folder in self.folders:
            place = root / folder.name
            if folder.copy_of is None:
                place.mkdir(exist_ok=True)
            elif not place.exists():
                half = root / f".{folder.name}.half"
                shutil.rmtree(half, ignore_errors=True)
                try:
                    copy_folder(folder.copy_of, half)
                except LeadsOutside as link:
                    raise InputError(
                        f"{self.name}: {folder.placeholder}: {link}: dialogues would share it; remove the link"
                    ) from None
                half.rename(place)

    def named_folders(self) -> list[str]:
        """The existing absolute folders that the command names, as dialogues call them, in order."""
        short = {f.placeholder: f"/{f.name}" for f in self.folders}
        origin = {f.placeholder: str(f.copy_of or Path("/")) for f in self.folders}
        found: list[str] = []
        for word in shlex.split(shown_command(self.words))[1:]:
            for part in dict.fromkeys((word, word.partition("=")[2])):
                shown, real = self._filled(part, short), self._filled(part, origin)
                empty = part.startswith("{scratch}") and part != "{scratch}"  # what will be in there, nobody knows yet
                if shown.startswith("/") and not empty and Path(real).is_dir():
                    found.append(shown)
        return list(dict.fromkeys(found))

    def _filled(self, word: str, folders: dict[str, str]) -> str:
        return PLACEHOLDER.sub(lambda match: folders[match[0]], word)


def parse_mcp(source: str) -> McpSource:
    """What SRC says. Raises InputError where the command is none, is not found, or its placeholders cannot be used."""
    name = shown_source(source)
    if source.startswith(HTTP):
        if not re.fullmatch(r"mcp\+https?://[^/\s]+\S*", source):
            raise InputError(f"{name}: write mcp+http://HOST:PORT/PATH, the address of an MCP server")
        url = source.removeprefix("mcp+")
        return McpSource(name, url=url, secrets=secrets_in_address(url))
    try:
        words = tuple(shlex.split(source.removeprefix(STDIO)))
    except ValueError as error:
        raise InputError(f"{name}: the command cannot be read: {error}") from None
    if not words:
        raise InputError(f"{name}: write mcp:COMMAND..., the command that starts an MCP server")
    if shutil.which(words[0]) is None:
        raise InputError(f"{name}: there is no command {words[0]}; install it, or give its path")
    return McpSource(name, words=words, folders=_folders(name, words), secrets=secret_variables(words))


def shown_source(source: str) -> str:
    """A SRC as it may be seen, of an MCP server or any other: without secrets. What is shown once stays the same."""
    if source.startswith(HTTP):
        return shown_address(source)
    if not source.startswith(STDIO):
        return source
    try:
        words = shlex.split(source.removeprefix(STDIO))
    except ValueError:
        return re.sub(r"=\S+", f"={HIDDEN}", source)  # it is refused, by this name
    command = shown_command(words)
    return source if shlex.split(command) == words else f"{STDIO}{command}"


def _folders(source: str, words: tuple[str, ...]) -> tuple[Folder, ...]:
    folders: dict[str, Folder] = {}
    for match in (match for word in words for match in PLACEHOLDER.finditer(word)):
        folders[match[0]] = Folder(match[0], "scratch", None)
        if match[0] != "{scratch}":
            original = Path(match[1] or "").expanduser().resolve()
            if not match[1] or not original.is_dir():
                raise InputError(f"{source}: {match[0]}: write {{copy:DIR}}, where DIR is an existing folder")
            folders[match[0]] = Folder(match[0], original.name, original)
    names = [folder.name for folder in folders.values()]
    if twice := [name for name in names if names.count(name) > 1 or not name]:
        raise InputError(f"{source}: dialogues would know two folders as /{twice[0]}; rename one of them")
    return tuple(folders.values())
