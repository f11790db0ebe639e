"""The programme: planning, publishing, changing and cancelling events."""
