"""`python -m toolace_mt` is the command line."""

from __future__ import annotations

from toolace_mt.cli import main

main()
