"""Rounds of input: a question to a group, its points gathered under themes, and votes."""
