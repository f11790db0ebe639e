"""Every route and method, and who may use it. What does not stand in the table is closed."""
