"""Realistic damage to dialogues, recorded with each: for calibrating rules and judges, and for negative examples.

The kinds come from what real models, simulators and data sets do wrong, not from what any rule finds; so nothing here
imports the rules, and damage that no rule can see is here as well.
"""
