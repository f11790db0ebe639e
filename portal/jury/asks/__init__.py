"""Asking people for seats, alone or several at once: the question, the answer, who is next."""
