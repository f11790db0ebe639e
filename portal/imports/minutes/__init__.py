"""Structured minutes of a group's meeting, read in: group, places, meeting, follow-ups, events."""
