"""Polls of dates: when can a group meet? One of the times becomes its meeting."""
