"""Meetings until they are held: planned with an agenda, called, moved and cancelled."""
