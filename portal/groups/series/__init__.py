"""Meetings that recur: planned, called, changed and ended as one."""
