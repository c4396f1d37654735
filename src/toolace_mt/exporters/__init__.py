"""Training formats: one file per format, `row(outcome, dialogue) -> Row`, and the export of many outcomes."""

from __future__ import annotations

from toolace_mt.exporters.registry import FORMATS, ExportReport, Format, export

__all__ = ["FORMATS", "ExportReport", "Format", "export"]
