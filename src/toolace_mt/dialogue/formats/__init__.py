"""Anybody's rows as dialogues: OpenAI's messages, ShareGPT, Hermes' tags, ToolACE's text, xLAM's queries and answers.

Each form has a file that reads a row's messages into what was said (`said`); `assemble` makes a dialogue of that.
"""

from toolace_mt.dialogue.formats.row import read_recorded

__all__ = ["read_recorded"]
