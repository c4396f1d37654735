"""Methods side by side on the same dialogues: calls, tokens, dollars, depth and time."""
