"""A round of input to take along: as a document and as a workbook, for those who read it."""

from flask import Blueprint, Response, abort

from portal import access
from portal.downloads import attached
from portal.groups.input_rounds import export, queries
from portal.models.input_rounds import InputRound
from portal.office import sheets, word

bp = Blueprint("input_exports", __name__, url_prefix="/groups/<slug>/input/<public_id>")


@bp.get("/input.docx")
def document(slug: str, public_id: str) -> Response:
    found = _asked(slug, public_id)
    return attached(export.as_document(found), word.MIMETYPE, export.filename(found, "docx"))


@bp.get("/input.xlsx")
def workbook(slug: str, public_id: str) -> Response:
    found = _asked(slug, public_id)
    return attached(export.as_workbook(found), sheets.MIMETYPE, export.filename(found, "xlsx"))


def _asked(slug: str, public_id: str) -> InputRound:
    found = queries.round_of(access.viewer(), slug, public_id)
    if found.opened_at is None:
        abort(404)
    return found
