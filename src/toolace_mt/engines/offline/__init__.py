"""The embedded offline engine: every operation by grammar and schema, without a language model."""

from toolace_mt.engines.offline.engine import OfflineEngine

__all__ = ["OfflineEngine"]
