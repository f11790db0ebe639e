"""Who works on events."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient


@pytest.fixture
def organiser(kari, browse_as: Callable) -> FlaskClient:
    return browse_as(kari)
