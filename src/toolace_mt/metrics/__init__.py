"""Figures about dialogues, computed without a model: shape, language, and how far calls build on earlier results."""
