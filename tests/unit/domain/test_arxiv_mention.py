"""Ids in any text: every place where people find a paper, and no other number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.arxiv_mention import MOST_CHARACTERS, ids_in
from bot.domain.paper_source import is_id, only_id

ID = "2302.13971"

SITES = """
https://arxiv.org/abs/ID
https://arxiv.org/abs/arXiv:ID
https://arxiv.org/pdf/IDv3.pdf#page=4
https://arxiv.org/format/ID
https://arxiv.org/src/IDv1/anc/data.txt
https://arxiv.org/ftp/arxiv/papers/2302/ID.pdf
https://arxiv.org/ID
https://arxiv.org:443/abs/ID
http://export.arxiv.org/api/query?id_list=ID
https://cn.arxiv.org/abs/ID
http://xxx.lanl.gov/abs/ID
https://www.alphaxiv.org/zh/overview/ID
https://hf.co/papers/ID
https://scirate.com/arxiv/ID
https://papers.cool/arxiv/kimi?paper=ID
https://api.semanticscholar.org/arXiv:ID
https://api.semanticscholar.org/graph/v1/paper/ARXIV:ID?fields=title
https://ar5iv.org/abs/ID
https://www.arxiv-vanity.com/papers/ID/
https://www.connectedpapers.com/main/arxiv/ID
https://inspirehep.net/api/arxiv/ID
https://www.emergentmind.com/papers/ID
https://doi.org/10.48550%2FarXiv.ID
https://dblp.org/rec/journals/corr/abs-2302-13971
https://ui.adsabs.harvard.edu/abs/2023arXiv230213971T/abstract
"""
GATEWAYS = """
https://arxiv-org.ezproxy.lib.example.edu/abs/ID
https://arxiv.org.ezproxy.lib.example.edu/pdf/ID.pdf
https://ezproxy.example.edu/login?url=https://arxiv.org/abs/ID
https://login.example.edu/login?qurl=https%3A%2F%2Farxiv.org%2Fabs%2FID
https://arxiv-org.translate.goog/abs/ID?_x_tr_sl=en
https://web.archive.org/web/20230301000000/https://arxiv.org/abs/ID
https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Farxiv.org%2Fabs%2FID&data=05
https://www.google.com/url?sa=t&url=https%253A%252F%252Farxiv.org%252Fabs%252FID
https://urldefense.com/v3/__https://arxiv.org/abs/ID__;!!abc!xyz$
https://urldefense.proofpoint.com/v2/url?u=https-3A__arxiv.org_abs_ID&d=DwMFaQ
https://eu.protection.sophos.com/?d=arxiv.org&u=aHR0cHM6Ly9hcnhpdi5vcmcvYWJzLzIzMDIuMTM5NzE=
https://secure-web.cisco.com/1a2b/https%3A%2F%2Farxiv.org%2Fabs%2FID
"""
CITATIONS = """
arXiv preprint arXiv:ID, 2026
LLaMA: Open models, arXiv:ID (2023).
arXiv:ID [cs.CL]
arXiv:ID (cs)
CoRR abs/ID
@misc{x, eprint={ID}, archivePrefix={arXiv}}
eprint=ID
2023arXiv230213971T
IDv1.pdf
see <https://arxiv.org/abs/ID|LLaMA>, please
[LLaMA](https://arxiv.org/abs/ID)
**ID**
２３０２．１３９７１
arXiv：ID。
论文ID怎么样
has anyone read ID?
"""


@pytest.mark.parametrize("text", [*SITES.split("\n"), *GATEWAYS.split("\n"), *CITATIONS.split("\n")])
def test_a_paper_is_found_wherever_its_id_stands(text: str) -> None:
    assert ids_in(text.replace("ID", ID)) == [ID] * bool(text)


@pytest.mark.parametrize(
    ("text", "old_id"),
    [
        ("JHEP 0002 (2000), [hep-th/9901001v2]", "hep-th/9901001"),
        ("math.GT/0309136v2", "math/0309136"),
        ("cond-mat.str-el/0207270", "cond-mat/0207270"),
        ("https://arxiv.org/ftp/cs/papers/0309/0309136.pdf", "cs/0309136"),
        ("https://arxiv.org/PS_cache/hep-th/pdf/9901/9901001v1.pdf", "hep-th/9901001"),
        ("https://ui.adsabs.harvard.edu/abs/1999hep.th....1001S/abstract", "hep-th/9901001"),
        ("2003math......9136B", "math/0309136"),
        ("2012arXiv1201.1234S", "1201.1234"),
        ("https://arxiv-org.proxy.example.edu/abs/hep-th%2F9901001", "hep-th/9901001"),
    ],
)
def test_old_ids_are_found_too(text: str, old_id: str) -> None:
    assert ids_in(text) == [old_id]


@pytest.mark.parametrize(
    "between",
    [", ", ",", " ", "\n", "; ", "/", "|", " & ", "、", " and ", "\n• ", " [cs.CL]\n[2] arXiv:", "v1, arXiv:"],
)
def test_several_are_found_in_order_whatever_separates_them(between: str) -> None:
    assert ids_in(f"2608.20337{between}2608.20338") == ["2608.20337", "2608.20338"]
    assert only_id(f"2608.20337{between}2608.20338") is None


def test_one_that_is_named_twice_is_one() -> None:
    assert only_id("[2608.20337](https://arxiv.org/abs/2608.20337v2), doi 10.48550/arXiv.2608.20337") == "2608.20337"


@pytest.mark.parametrize(
    "text",
    [
        "+49 1512.34567", "tel:1512.34567", "Phone: 1512.34567",  # telephone numbers
        "$2302.13971", "€ 2302.13971", "2302.13971 €", "2302.13971 USD", "1,2302.13971", "1912.12345,67",  # prices
        "1203.4567 MHz", "0704.1234 kg", "1201.1234%", "2302.13971e5", "-2302.13971", "x=2302.13971",  # measurements
        "version 1804.00001", "v2302.13971", "1.2302.13971", "192.168.2302.13971", "2302.13971.5",  # versions
        "2024.12345", "2013.12345", "12.10.2012", "2026-02-13", "0912.12345", "1501.0001",  # no month of arXiv's
        "10.1234/2302.13971", "https://doi.org/10.1016/j.cell.2302.13971", "10.1103/PhysRevD.2302.13971",  # DOIs
        "https://evil.com/abs/2302.13971", "https://example.com/?q=2302.13971", "github.com/a/b/issues/2302.13971",
        "huggingface.co/spaces/2302.13971", "me@2302.13971", "2302.13971@example.org", "12302.13971", "2302.139711",
        "<https://evil.com|https://arxiv.org/abs/2302.13971>",  # another person chose the label
        "and/or", "user/1234567", "math/0704123", "",
    ],
)  # fmt: skip
def test_another_number_is_no_paper(text: str) -> None:
    assert ids_in(text) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "2302.13971,", "arxiv", "https://arxiv.org/abs/", "10.1234/", "%25", "aHR0c", "<a|", "<", "1999hep.th.",
        "/hep-th/papers/9901/", "corr/abs-2302-", "urldefense.com/v2/url?u=-25", "_", "/abs/", "\ufdfa", "a-", " 1 ",
    ],
)  # fmt: skip
def test_a_long_hostile_text_takes_no_longer_for_each_letter(hostile: str) -> None:
    assert len(ids_in(hostile * MOST_CHARACTERS)) < 2, "a quadratic reader would run into the test's time limit"


@given(st.text(max_size=3000) | st.text(alphabet="arXiv:/.0123456789v<>|%F-aHR0c,", max_size=300))
def test_whatever_is_written_gives_ids_that_are_ones(text: str) -> None:
    assert all(map(is_id, ids_in(text)))
