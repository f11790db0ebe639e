"""Proposed juries: made, looked at, explained, changed by hand, checked and applied."""
