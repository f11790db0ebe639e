"""Files and registers in: rows, or one clear error and nothing changed."""
