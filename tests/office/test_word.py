from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from portal.office import word

LIST = """\
- havna
  - kaia
    - landstrøm
      - kabel

    mer om landstrøm
- byen

1. først
2. så

7. senere"""


def read(*blocks: word.Block, language: str = "nb"):
    return docx.Document(BytesIO(word.write(blocks, title="Referat", language=language)))


def styled(document) -> list[tuple[str, str]]:
    return [(each.style.name, each.text) for each in document.paragraphs]


def test_headings_facts_and_paragraphs_have_the_styles_of_word():
    document = read(
        word.Title("Referat"),
        word.Facts([("Dato", "31. august 2023"), ("Sted", "Moss")]),
        word.Heading("Saker"),
        word.Heading("1. Innkalling", 2),
        word.Paragraph("Innkallingen er godkjent.", bold_lead="Vedtak:"),
        word.Heading("Oppfølging", 3),
        word.Bullets([(0, "Ring"), (1, "i morgen")]),
    )

    assert styled(document) == [
        ("Title", "Referat"),
        ("Facts", "Dato:\t31. august 2023"),
        ("Facts", "Sted:\tMoss"),
        ("Heading 1", "Saker"),
        ("Heading 2", "1. Innkalling"),
        ("Normal", "Vedtak: Innkallingen er godkjent."),
        ("Heading 3", "Oppfølging"),
        ("List Bullet", "Ring"),
        ("List Bullet 2", "i morgen"),
    ]
    assert [(run.text, run.bold) for run in document.paragraphs[5].runs] == [
        ("Vedtak: ", True),
        ("Innkallingen er godkjent.", None),
    ]


def test_lists_of_markdown_are_lists_in_word_and_numbers_begin_where_they_were_written():
    document = read(word.Markdown(LIST + "\n\nTekst\n\n1. ny"))

    assert styled(document) == [
        ("List Bullet", "havna"),
        ("List Bullet 2", "kaia"),
        ("List Bullet 3", "landstrøm"),
        ("List Bullet 3", "kabel"),
        ("List Continue 2", "mer om landstrøm"),
        ("List Bullet", "byen"),
        ("List Number", "først"),
        ("List Number", "så"),
        ("List Number", "senere"),
        ("Normal", "Tekst"),
        ("List Number", "ny"),
    ]
    numbered = [each for each in document.paragraphs if each.style.name == "List Number"]
    # Each list counts for itself.
    ids = [each._p.pPr.numPr.numId.val for each in numbered]
    assert [ids[0] == each for each in ids] == [True, True, True, False]
    assert starts(document) == {ids[0]: 1, ids[3]: 1}


def starts(document) -> dict[int, int]:
    return {
        num.numId: num.lvlOverride_lst[0].startOverride.val
        for num in document.part.numbering_part.element.num_lst
        if num.lvlOverride_lst
    }


def test_a_list_that_begins_at_seven_does_so_in_word():
    assert list(starts(read(word.Markdown("7. sju\n8. åtte"))).values()) == [7]


def test_emphasis_code_and_quotes_are_kept():
    document = read(word.Markdown("**Viktig** og _rart_ og `kode`\n\n> sitat\n\n```\na\n  b\n```"))

    runs = [(run.text, run.bold, run.italic, run.style.name) for run in document.paragraphs[0].runs]
    usual = "Default Paragraph Font"
    assert runs == [
        ("Viktig", True, None, usual),
        (" og ", None, None, usual),
        ("rart", None, True, usual),
        (" og ", None, None, usual),
        ("kode", None, None, "CodeWords"),
    ]
    assert styled(document)[1:] == [("Quote", "sitat"), ("Code", "a\n  b")]


def test_links_are_real_ones_and_lead_only_to_pages_and_mail():
    document = read(
        word.Markdown(
            "[ferge](https://ferge.example.org/?a=1&b=2) <mailto:ola@example.org>"
            " [fil](ftp://x.example.org) [skript](javascript:alert) [her](/groups)"
        )
    )

    paragraph = document.paragraphs[0]
    assert [(link.text, link.address) for link in paragraph.hyperlinks] == [
        ("ferge", "https://ferge.example.org/?a=1&b=2"),
        ("mailto:ola@example.org", "mailto:ola@example.org"),
    ]
    assert paragraph.text == "ferge mailto:ola@example.org fil [skript](javascript:alert) her"


def test_html_is_text_and_what_xml_cannot_hold_is_dropped():
    document = read(
        word.Markdown("<b>fet</b> & \x0cside\x00"), word.Paragraph("a\x01b\ud800c\ufffe & <d>")
    )

    assert [each.text for each in document.paragraphs] == ["<b>fet</b> & side", "abc & <d>"]


def test_written_headings_go_below_the_heading_they_stand_under():
    document = read(word.Heading("1. Sak", 2), word.Markdown("# Stor\n\n## Mindre\n\n#### Liten"))

    assert styled(document) == [
        ("Heading 2", "1. Sak"),
        ("Heading 3", "Stor"),
        ("Heading 3", "Mindre"),
        ("Heading 4", "Liten"),
    ]


def test_the_header_of_a_table_is_repeated_and_no_row_is_torn_apart():
    document = read(word.Table(["Navn", "Hvem"], [["Åse", "Ås"], ["Siri", ""]]))

    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Navn", "Hvem"],
        ["Åse", "Ås"],
        ["Siri", ""],
    ]
    marks = [
        [child.tag for child in row._tr.trPr if child.tag in (qn("w:tblHeader"),)]
        for row in table.rows
    ]
    assert marks == [[qn("w:tblHeader")], [], []]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_two_tables_do_not_grow_together():
    body = read(word.Table(["A"], []), word.Table(["B"], [])).element.body

    assert [child.tag.rpartition("}")[2] for child in body] == ["tbl", "p", "tbl", "sectPr"]


@pytest.mark.parametrize(("language", "tag"), [("nb", "nb-NO"), ("nn", "nn-NO"), ("en", "en-GB")])
def test_the_document_says_what_it_is_and_what_language_it_is_in(language: str, tag: str):
    document = read(word.Title("Referat"), language=language)

    known = document.core_properties
    spoken = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert (known.title, known.language, known.author, known.comments) == ("Referat", tag, "", "")
    assert spoken.get(qn("w:val")) == tag
    assert document.settings.element.find(qn("w:proofState")) is None


def test_the_same_blocks_make_the_same_bytes():
    blocks = [word.Title("Referat"), word.Markdown(LIST), word.Table(["A"], [["b"]])]

    made = {word.write(blocks, title="Referat", language="nb") for _time in range(2)}

    assert len(made) == 1
    with ZipFile(BytesIO(made.pop())) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in package.namelist()


def test_the_moment_it_was_made_is_the_one_given():
    moment = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)

    document = docx.Document(BytesIO(word.write([], title="", language="nb", made_at=moment)))

    assert document.core_properties.created.replace(tzinfo=UTC) == moment


def test_nothing_is_made_empty_for_the_sake_of_space():
    document = read(
        word.Title("Referat"), word.Markdown("Ett\n\n\n\nTo\n\n---\n\nTre"), word.Table(["A"], [])
    )

    assert [each.text for each in document.paragraphs] == ["Referat", "Ett", "To", "Tre"]
