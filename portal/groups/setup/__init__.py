"""Setting groups up, and for how long: edited, closed, opened again."""
