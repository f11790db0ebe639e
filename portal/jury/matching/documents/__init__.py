"""A problem and its plan as JSON: read, checked and written."""
