"""A plan that stands, ready for what happens: a drop-out, a camp cancelled, a seat more."""
