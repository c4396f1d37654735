"""toolace-mt: multi-turn tool-calling dialogues, generated non-autoregressively (ToolACE-MT, arXiv 2508.12685)."""

__version__ = "0.1.0"
