"""Files that a page hands out, to be kept instead of shown."""

from flask import Response


def attached(content: bytes, mimetype: str, filename: str) -> Response:
    """The answer that a browser keeps as ``filename``; letters in ASCII, no quotes."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
