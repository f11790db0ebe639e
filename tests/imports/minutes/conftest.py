from typing import Any

import pytest
from flask import Flask

from portal.imports import documents
from tests.imports.minutes.example import EXAMPLE


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """The example as it is read."""
    return documents.read(EXAMPLE, "minutes")
