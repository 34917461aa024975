"""Write the parts of a Word document that python-docx has no words for: fields, borders, numbering."""

from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

TABLE_STYLE = "ChengceTable"
_HEADINGS = 90  # the number of the list of headings; the template's own are below
_AFTER_BORDERS = (  # what the schema puts after a paragraph's borders
    "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc",
    "w:outlineLvl", "w:rPr",
)  # fmt: skip
_TABLE_STYLE_XML = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE_STYLE}">
  <w:name w:val="Chengce Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="12" w:color="1F2328"/><w:bottom w:val="single" w:sz="12" w:color="1F2328"/>
    <w:insideH w:val="single" w:sz="4" w:color="E1E5E9"/></w:tblBorders>
    <w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>
    <w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
    <w:top w:val="single" w:sz="12" w:color="1F2328"/>
    <w:bottom w:val="single" w:sz="6" w:color="1F2328"/></w:tcBorders></w:tcPr></w:tblStylePr>
</w:style>"""


def add_table_style(document: Any) -> None:
    """Add the style of tables: heavy lines above and below, a line under the head, thin ones between."""
    document.styles.element.append(parse_xml(_TABLE_STYLE_XML))


def number_headings(document: Any, text: str, form: str) -> None:
    """Number the headings of the first level; `text`: as "%1、", `form`: Word's name of the numerals."""
    numbering = document.part.numbering_part.element
    found = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{_HEADINGS}"><w:multiLevelType w:val="multilevel"/>'
        f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="Heading1"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl></w:abstractNum>'
    )
    numbering.insert(0, found)
    number = parse_xml(
        f'<w:num {nsdecls("w")} w:numId="{_HEADINGS}"><w:abstractNumId w:val="{_HEADINGS}"/></w:num>'
    )
    numbering.append(number)
    properties = document.styles["Heading 1"].element.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = _HEADINGS


def restart_list(document: Any, paragraphs: list[Any]) -> None:
    """Let a numbered list begin at 1 again."""
    numbering = document.part.numbering_part.numbering_definitions._numbering
    style = document.styles["List Number"].element
    used = style.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(used).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    for paragraph in paragraphs:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = number.numId


def add_field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field, as PAGE or SEQ; `shown` stands until Word computes it."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "text":
            run.text = text
        else:
            said = OxmlElement("w:instrText")
            said.set(qn("xml:space"), "preserve")
            said.text = f" {text} "
            run._r.append(said)


def border(paragraph: Any, side: str, colour: str, *, size: int = 6, space: int = 4) -> None:
    """Draw a line at a side of a paragraph; `size` in eighths of a point."""
    properties = paragraph.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, *_AFTER_BORDERS)
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", size), ("space", space), ("color", colour)):
        line.set(qn(f"w:{name}"), str(value))
    borders.append(line)


def shade(cell: Any, colour: str) -> None:
    """Fill a cell."""
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
    )


def repeat_head(row: Any) -> None:
    """Let a row stand again at the top of every page its table goes on to."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def tighten(table: Any) -> None:
    """Take the margins of a table's cells down to what a legend needs."""
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="30" w:type="dxa"/><w:right w:w="30" w:type="dxa"/>'
        "</w:tblCellMar>"
    )
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def describe(picture: Any, text: str) -> None:
    """Say what a picture shows, for those who can't see it."""
    picture._inline.docPr.set("descr", text)


def east_asian(style: Any, latin: str, chinese: str) -> None:
    """Set a style's fonts: Latin and Chinese ones apart."""
    style.font.name = latin
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "theme" in name.lower():
            del fonts.attrib[name]
    for side, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{side}"), font)
