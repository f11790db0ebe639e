"""What can befall one of the two databases only: SQLite has but one writer at a time."""

import os

collect_ignore = (
    [] if os.environ.get("TEST_DATABASE") == "postgresql" else ["test_locks.py"]
)  # fmt: skip
