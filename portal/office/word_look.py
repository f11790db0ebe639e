"""How our documents for word processors look, and the file that they end up in."""

import zipfile
from io import BytesIO
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

LAST_HEADING = 6
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_INK = RGBColor(0x0B, 0x5A, 0x73)
_FONT = "Calibri"
# Where the values of facts begin.
_FACTS_INDENT = Pt(120)


def dress(document: Any, language: str) -> None:
    """A4, one type for all, colours that can be read, and the language that spelling follows."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    styles = document.styles
    for name in ("Normal", "Title", *(f"Heading {level}" for level in range(1, 7))):
        _set_font(styles[name])
        if name != "Normal":
            styles[name].font.color.rgb = _INK
            styles[name].font.italic = False
    styles["Title"].font.size = Pt(22)
    styles["Normal"].paragraph_format.space_after = Pt(8)
    for level in range(1, LAST_HEADING + 1):
        styles[f"Heading {level}"].paragraph_format.space_after = Pt(4)
        styles[f"Heading {level}"].paragraph_format.space_before = Pt(20 if level == 1 else 14)
    _add_styles(styles)
    spoken = styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    spoken.set(qn("w:val"), language)
    settings = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), language)
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    # It says that somebody has looked through the spelling, and nobody has.
    settings.remove(settings.find(qn("w:proofState")))


def _add_styles(styles: Any) -> None:
    facts = styles.add_style("Facts", WD_STYLE_TYPE.PARAGRAPH)
    facts.base_style = styles["Normal"]
    facts.paragraph_format.space_after = Pt(2)
    facts.paragraph_format.left_indent = _FACTS_INDENT
    facts.paragraph_format.first_line_indent = -_FACTS_INDENT
    code = styles.add_style("Code", WD_STYLE_TYPE.PARAGRAPH)
    code.base_style = styles["Normal"]
    cell = styles.add_style("TableText", WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style = styles["Normal"]
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    words = styles.add_style("CodeWords", WD_STYLE_TYPE.CHARACTER)
    code.font.name = words.font.name = "Consolas"
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = _INK, True


def _set_font(style: Any) -> None:
    style.font.name = _FONT
    fonts = style.element.rPr.rFonts
    for name in [name for name in fonts.attrib if "Theme" in name or "theme" in name]:
        del fonts.attrib[name]


def settled(document: Any) -> bytes:
    """The bytes of ``document``, without the template's picture and the time they were made at."""
    package = document.part.package
    for name, known in list(package.rels.items()):
        if known.reltype.endswith("/thumbnail"):
            del package.rels[name]
    made, settled = BytesIO(), BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(settled, "w") as target:
        for part in source.infolist():
            named = zipfile.ZipInfo(part.filename, _ZIP_EPOCH)
            named.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(named, source.read(part))
    return settled.getvalue()
