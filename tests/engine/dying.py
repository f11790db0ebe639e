"""``python -m tests.engine.dying URL``: an engine killed in the middle of a job."""

import os
import signal
import sys
import threading

import sqlalchemy as sa

from portal.engine.running import Engine


def die() -> None:
    """End at once, as when the power goes."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    Engine(sa.create_engine(sys.argv[1]), die, ()).start()
    threading.Event().wait()
