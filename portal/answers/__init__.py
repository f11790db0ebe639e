"""Answers that come back, by page or by mail, handed to whoever owns what they answer."""
