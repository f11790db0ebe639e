"""No mail is made by filling words of users into a pattern."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import name_of, tracked

# Who writes lines of a header, since nobody else may.
WRITERS = {"portal/mail/headers.py", "portal/mail/mime.py"}
# Templates made of text at hand: whoever writes that text could run what they like.
FROM_TEXT = {"render_template_string", "from_string", "Template", "SandboxedEnvironment"}
HEADER_LINE = re.compile(
    r"\b(From|To|Cc|Bcc|Subject|Reply-To|Date|Message-ID|Content-Type|MIME-Version):( |\Z)", re.I
)


def test_no_template_is_made_of_text_at_hand():
    used = [
        f"{name_of(path)}: {name}"
        for path in tracked("portal/*.py")
        for name in names_in(path)
        if name in FROM_TEXT
    ]

    assert used == []


def test_nothing_is_filled_into_a_pattern_that_stands_in_a_variable():
    """A pattern that a user wrote would reach into our objects: {event.__class__}."""
    used = [
        f"{name_of(path)}:{node.lineno}"
        # The demo's people are invented, and so are its patterns.
        for path in tracked("portal/*.py", ":!portal/demo")
        for node in ast.walk(tree_of(path))
        if is_filled_in(node)
    ]

    assert used == []


def test_only_two_modules_write_lines_of_a_header():
    written = {
        name_of(path)
        # A calendar's lines look the same, and are written by portal/calendar alone.
        for path in tracked("portal/*.py", ":!portal/calendar")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.JoinedStr | ast.BinOp) and is_header_line(node)
    }

    assert written <= WRITERS
    assert written


def test_the_mails_themselves_are_written_out_by_one_module():
    makers = [
        name_of(path)
        for path in tracked("portal/*.py")
        if {"EmailMessage", "MIMEText", "MIMEMultipart"} & set(names_in(path))
    ]

    assert set(makers) <= {"portal/mail/mime.py", "portal/mail/reading.py", "portal/demo/post.py"}


def names_in(path: Path) -> Iterator[str]:
    """Every name that a module uses."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.rpartition(".")[2]


def is_header_line(node: ast.JoinedStr | ast.BinOp) -> bool:
    """Whether values are put into a text that begins or goes on as a header does."""
    texts = [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    is_named = any(HEADER_LINE.search(text) for text in texts)
    return is_named or (": " in texts and any(text.endswith("\r\n") for text in texts))


def is_filled_in(node: ast.AST) -> bool:
    """Whether values go into a pattern that is not written out beside them."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("format", "format_map")
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mod)
        and isinstance(node.right, ast.Tuple | ast.Dict)
        and not isinstance(node.left, ast.Constant)
    )


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())
