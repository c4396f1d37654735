"""The command line: one file per command; each parses, calls one public function, and prints.

Commands are imported only when they are run, so that `--help` is quick.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from toolace_mt import __version__
from toolace_mt.errors import ToolaceError

COMMANDS = {
    "generate": "Make verified dialogues from tools.",
    "estimate": "Say what a run will use, before it is paid for.",
    "verify": "Check anybody's dialogues with rules, without an LLM.",
    "corrupt": "Write damaged copies of anybody's dialogues, to measure rules and judges by.",
    "calibrate": "Measure rules and experts on dialogues whose faults are known.",
    "refine": "Verify and repair dialogues that exist already; inject complexity on request.",
    "export": "Write a run's dialogues in a training format.",
    "show": "Print dialogues of a run readably, with edits and findings.",
    "stats": "Print the figures of a run, or of a file of dialogues.",
    "tools": "Show what is read from a source of tools; with --call, try a tool that runs.",
    "tools graph": "Show which tool's results feed which tool's parameters.",
    "bench": "Measure methods side by side: calls, tokens, dollars, depth, time.",
    "simulate": "Serve the offline engine as an OpenAI-compatible server.",
}


class LazyGroup(click.Group):
    """A group whose commands are modules of this package, imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of a user's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"toolace_mt.cli.{cmd_name.replace(' ', '_')}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command of one word, or of two; so a source that is named `graph` is written `./graph`."""
        two_words = " ".join(args[:2])
        if len(args) >= 2 and two_words in COMMANDS:
            return two_words, self.get_command(ctx, two_words), args[2:]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="toolace-mt")
def group() -> None:
    """Multi-turn, tool-calling training dialogues, generated non-autoregressively (ToolACE-MT)."""


def main() -> None:
    """Run the command line. A deliberate error is one message and its exit code, never a traceback."""
    try:
        group(prog_name="toolace-mt")
    except ToolaceError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        click.echo(f"error: the output cannot be written ({error.strerror or error})", err=True)
        os._exit(1)  # the interpreter would fail on the same output once more


if __name__ == "__main__":
    main()
