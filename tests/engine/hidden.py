"""``python -m tests.engine.hidden flask …``: the portal where Procrastinate is not installed."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from flask.cli import main


class Hide:
    """Finds nothing, and lets nobody else find, of what the extra brings beside psycopg."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in ("procrastinate", "psycopg_pool"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.partition(".")[0])
        return None


if __name__ == "__main__":
    sys.meta_path.insert(0, Hide())
    sys.argv = sys.argv[1:]
    main()
