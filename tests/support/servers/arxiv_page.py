"""A paper's web page in arXiv's LaTeXML format, limited to the parts that a parser reads."""

from collections.abc import Sequence

_PAGE = """<!DOCTYPE html><html lang="en"><head><title>A paper</title>
<style>.ltx_section {{ color: red }}</style></head>
<body><header class="desktop_header">Report an issue Back to arXiv</header><div class="ltx_page_main">
<article class="ltx_document"><h1 class="ltx_title ltx_title_document">A paper</h1>
<div class="ltx_abstract"><h6>Abstract</h6><p class="ltx_p">Only the abstract.</p></div>
{sections}
<section class="ltx_bibliography"><h2 class="ltx_title">References</h2><ul><li>Somebody, 1999</li></ul></section>
</article></div><footer>Instructions for reporting errors</footer></body></html>"""

_SECTION = """<section class="ltx_section" id="S{number}"><h2 class="ltx_title ltx_title_section">
<span class="ltx_tag ltx_tag_section">{number} </span>{heading}</h2>
<div class="ltx_para"><p class="ltx_p">{text}</p></div>
<figure class="ltx_table"><table><tr><td>77.7</td></tr></table><figcaption>Table of scores</figcaption></figure>
<span class="ltx_note">A footnote</span></section>"""

FORMULA = (
    '<math alttext="x^{2}\\leq 5" class="ltx_Math"><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>'
    '<annotation encoding="application/x-tex">x^{2}\\leq 5</annotation></semantics></math>'
)


def page(sections: Sequence[tuple[str, str]]) -> str:
    """Return the page with these headings and texts, which may contain markup."""
    drawn = (
        _SECTION.format(number=number, heading=heading, text=text) for number, (heading, text) in enumerate(sections, 1)
    )
    return _PAGE.format(sections="\n".join(drawn))
