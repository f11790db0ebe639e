"""Documents for word processors, made of plain blocks.

Whoever hears the document read finds the way in it: headings, lists, tables and links are real
ones, and the language is that of the text. The same blocks give the same bytes.
"""

import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MIMETYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Title:
    """What the whole document is called."""

    text: str


@dataclass(frozen=True)
class Heading:
    """A heading of ``level`` 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Plain text, perhaps after a few words in bold."""

    text: str
    bold_lead: str = ""


@dataclass(frozen=True)
class Facts:
    """What something is, line by line: a label and its value."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Bullets:
    """A list: each item with its level, from 0."""

    items: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Markdown:
    """What somebody wrote, with its paragraphs, lists, links and emphasis.

    Its headings go below the heading it stands under, whatever level they were written on.
    """

    text: str


@dataclass(frozen=True)
class Table:
    """A table; its header is repeated on every page it runs over."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Title | Heading | Paragraph | Facts | Bullets | Markdown | Table


def write(
    blocks: Iterable[Block], *, title: str, language: str, made_at: datetime | None = None
) -> bytes:
    """The document that ``blocks`` make, as the bytes of a .docx file.

    ``language`` is that of the text: nb, nn or en. ``made_at`` is the moment that the document's
    properties give; without it they give a fixed one, so that the same blocks make the same bytes.
    """
    # The library takes a good part of a whole start, and is needed when somebody wants a file.
    writing = importlib.import_module("portal.office.word_writer")
    made: bytes = writing.written(blocks, title, language, made_at or _EPOCH)
    return made
