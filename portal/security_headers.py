"""The headers every answer carries, pages and errors and feeds alike (RELIABILITY 4.5)."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # The design system draws its own marks as data: masks.
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
# For a page of ours that shows a mail in a frame, and for the mail in it: it may style itself, and
# that is all. The sandbox gives it no script, no form, and an origin of its own.
FRAMING_OWN = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
FRAMED_MAIL = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    )
)
_OFF = ("camera", "geolocation", "microphone", "payment", "usb", "interest-cohort")
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _OFF),
}
HSTS = "max-age=31536000; includeSubDomains"


def of(app: Flask) -> dict[str, str]:
    """The headers for whatever ``app`` answers; in production also that only https will do."""
    return {**HEADERS, "Strict-Transport-Security": HSTS} if app.config["PRODUCTION"] else HEADERS


def register(app: Flask) -> None:
    """Add the headers to every answer of ``app``; a view may set a stricter one itself."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in of(app).items():
            response.headers.setdefault(name, value)
        # Addresses with a token in them must not travel in a Referer.
        if request.view_args and "token" in request.view_args:
            response.headers["Referrer-Policy"] = "no-referrer"
        # Pages hold CSRF tokens and what the person may see; feeds say their own.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
