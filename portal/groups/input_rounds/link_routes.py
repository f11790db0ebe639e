"""Rounds of input by the personal link of a mail, without signing in: read by GET, done by POST."""

from collections.abc import Callable

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from portal.groups.input_rounds import addresses, queries, taking
from portal.groups.input_rounds.ways import Way
from portal.models.accounts import Person
from portal.models.input_rounds import InputRound
from portal.reading import as_read_by

bp = Blueprint("input_links", __name__, url_prefix="/input/<token>")

Answer = str | tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
def show(token: str) -> Answer:
    return _as_named(token, lambda way, person: taking.show(way, person, runs=False))


@bp.route("/points/<point>", methods=["GET", "POST"])
def change_point(token: str, point: str) -> Answer:
    return _with_point(token, point, taking.change_point)


@bp.post("/points/<point>/withdrawal")
def withdraw(token: str, point: str) -> Answer:
    return _with_point(token, point, taking.withdraw)


@bp.post("/points/<point>/return")
def put_back(token: str, point: str) -> Answer:
    return _with_point(token, point, taking.put_back)


@bp.route("/vote", methods=["GET", "POST"])
def vote(token: str) -> Answer:
    return _as_named(token, taking.vote)


def _with_point(token: str, name: str, do: Callable[..., Answer]) -> Answer:
    def act(way: Way, person: Person) -> Answer:
        return do(way, queries.point_of(way.round, name, person, runs=False), person)

    return _as_named(token, act)


def _as_named(token: str, act: Callable[[Way, Person], Answer]) -> Answer:
    """Do what the person that ``token`` names does, in the language of their mail."""
    named: tuple[InputRound, Person] | None = addresses.named_by(token)
    if named is None or named[0].opened_at is None:
        return render_template("groups/input_rounds/unknown.html"), 404
    found, person = named
    with as_read_by(person):
        return act(Way(found, token), person)
