"""What a server runs: ``gunicorn wsgi:app``, ``flask --app wsgi serve``."""

import sys

from config import BadSetting
from portal.app import create_app

try:
    app = create_app()
except BadSetting as error:
    print(f"The portal cannot start: {error}", file=sys.stderr)
    sys.exit(2)
