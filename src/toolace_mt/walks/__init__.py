"""Walks over tools that run: which calls make a sub-task, chosen and made without a model."""
