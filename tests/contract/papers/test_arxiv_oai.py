"""What changed at arXiv on a day, by OAI-PMH: over a real socket, with every fault."""

from datetime import date, timedelta

import pytest
from lxml import etree

from bot.domain.errors import SourceDown, StaleToken
from bot.papers.arxiv_port import Harvested
from bot.papers.candidate import Candidate, wrote
from support.recorded_corpus import CORPUS, CORPUS_MISSING
from support.servers.arxiv_clients import FAULTS, NOON, a_paper, always
from support.servers.arxiv_server import Verbatim

DAY = date(2026, 5, 8)
OAI = "http://www.openarchives.org/OAI/2.0/"


async def test_a_record_tells_all_that_the_api_tells(arxiv, harvest):
    paper = a_paper(version=3, updated=NOON + timedelta(days=2), comment="12 pages", doi="10.1000/x", journal_ref="N 1")
    arxiv.papers, arxiv.changed = [paper], {paper.id: DAY}

    batch = await harvest.changed_on(DAY)

    assert batch.records == (Harvested(paper, DAY),)
    assert batch.token == ""
    assert arxiv.requests[0].params == {
        "verb": "ListRecords", "metadataPrefix": "arXivRaw", "from": "2026-05-08", "until": "2026-05-08",
    }  # fmt: skip


async def test_numbered_affiliations_stand_in_nobodys_name(arxiv, harvest):
    paper = a_paper(authors=("Zelda Quixby (1)", "Yorick Vandermolen (2) ((1) MIT, (2) CERN)"))
    arxiv.papers, arxiv.changed = [paper], {paper.id: DAY}

    (record,) = (await harvest.changed_on(DAY)).records
    assert record.paper.authors == ("Zelda Quixby", "Yorick Vandermolen")
    assert record.paper.affiliations == ("MIT", "CERN")
    assert wrote("Yorick Vandermolen", Candidate(record.paper))


async def test_a_version_without_files_is_withdrawn_whatever_its_comment_says(arxiv, harvest):
    gone = a_paper(version=2, updated=NOON + timedelta(days=2), comment="12 pages", without_files=True)
    arxiv.papers, arxiv.changed = [gone], {gone.id: DAY}

    (record,) = (await harvest.changed_on(DAY)).records
    assert (record.paper, record.paper.withdrawn) == (gone, True)


async def test_a_day_without_changes_has_no_records(harvest):
    assert (await harvest.changed_on(DAY)).records == ()


async def test_a_long_day_comes_in_batches_by_the_token_alone(arxiv, harvest):
    arxiv.announce(DAY, [a_paper(f"2605.{n:05}") for n in range(230)])

    first = await harvest.changed_on(DAY)
    second = await harvest.changed_on(DAY, first.token)
    third = await harvest.changed_on(DAY, second.token)

    assert [len(batch.records) for batch in (first, second, third)] == [100, 100, 30]
    assert third.token == ""
    assert arxiv.requests[1].params == {"verb": "ListRecords", "resumptionToken": first.token}


async def test_a_token_that_expired_is_said_at_once(arxiv, harvest):
    arxiv.forgotten.add("old")

    with pytest.raises(StaleToken):
        await harvest.changed_on(DAY, "old")
    assert len(arxiv.requests) == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_trouble_is_never_a_day_without_changes(arxiv, harvest, fault):
    arxiv.announce(DAY, [a_paper()])
    arxiv.faults = always(fault)

    with pytest.raises(SourceDown):
        await harvest.changed_on(DAY)
    assert len(arxiv.requests) == 3


async def test_it_comes_in_its_turn_and_waits_as_long_as_it_is_asked_to(arxiv, harvest, turn):
    arxiv.announce(DAY, [a_paper()])
    arxiv.faults.append("503:1")

    assert len((await harvest.changed_on(DAY)).records) == 1
    first, second = arxiv.requests
    assert second.at - first.at >= 1
    assert turn.taken_times == 2


def answer(content: str, before: str = "") -> Verbatim:
    return Verbatim(f'{before}<OAI-PMH xmlns="{OAI}">{content}</OAI-PMH>'.encode())


def record(raw: str, header: str = "<datestamp>2026-05-08</datestamp>") -> str:
    metadata = f'<metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">{raw}</arXivRaw></metadata>'
    return f"<record><header>{header}</header>{metadata}</record>"


SOUND = '<id>2605.00001</id><version version="v1"><date>Thu, 7 May 2026 12:00:00 GMT</date></version><title>T</title>'


@pytest.mark.parametrize(
    "content",
    [
        "",
        '<error code="badArgument">no</error>',
        "<Identify/>",
        f"<ListRecords>{record('<id>2605.00001</id>')}</ListRecords>",
        f"<ListRecords><resumptionToken>{'x' * 1001}</resumptionToken></ListRecords>",
    ],
)
async def test_what_is_no_harvest_is_a_source_that_is_down(arxiv, harvest, content):
    arxiv.faults = always(answer(content))

    with pytest.raises(SourceDown):
        await harvest.changed_on(DAY)


@pytest.mark.parametrize(
    "broken",
    [
        record(SOUND.replace("2605.00001", "nonsense")),
        record(SOUND.replace("Thu, 7 May 2026 12:00:00 GMT", "soon")),
        record(SOUND.replace('"v1"', '"v2"')),
        record(SOUND, header="<datestamp>yesterday</datestamp>"),
        '<record><header status="deleted"><identifier>oai:arXiv.org:2605.00009</identifier></header></record>',
        "<record/>",
    ],
)
async def test_a_broken_or_deleted_record_costs_only_itself(arxiv, harvest, broken):
    arxiv.faults.append(answer(f"<ListRecords>{broken}{record(SOUND)}</ListRecords>"))

    assert [one.paper.id for one in (await harvest.changed_on(DAY)).records] == ["2605.00001"]


async def test_entities_are_not_expanded(arxiv, harvest):
    arxiv.faults = always(answer(f"<ListRecords>{record(SOUND)}</ListRecords>", "<!DOCTYPE x [<!ENTITY x 'lol'>]>"))

    with pytest.raises(SourceDown):
        await harvest.changed_on(DAY)


@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
async def test_recorded_answers_are_read_once_their_records_are_in_the_format_that_was_asked_for(arxiv, harvest):
    """The recordings hold the older format, which has no versions: each `arXiv` is rewritten as arXivRaw has it."""
    for path in sorted((CORPUS / "arxiv_atom" / "oai_pmh").glob("arxiv-physics-*.xml")):
        body = path.read_bytes()
        arxiv.faults.append(Verbatim(as_raw(body)))
        records = (await harvest.changed_on(DAY)).records
        assert len(records) == body.count(b"<record>")
        assert all(one.paper.title and one.paper.abstract and one.paper.categories for one in records)


def as_raw(body: bytes) -> bytes:
    old, new = "{http://arxiv.org/OAI/arXiv/}", "{http://arxiv.org/OAI/arXivRaw/}"
    root = etree.fromstring(body)
    for paper in root.iter(f"{old}arXiv"):
        names = [f"{a.findtext(f'{old}forenames')} {a.findtext(f'{old}keyname')}" for a in paper.iter(f"{old}author")]
        authors = paper.find(f"{old}authors")
        authors.clear()
        authors.text = ", ".join(names)
        version = etree.SubElement(paper, f"{old}version", version="v1")
        etree.SubElement(version, f"{old}date").text = "Thu, 7 May 2026 12:00:00 GMT"
    for element in root.iter(f"{old}*"):
        element.tag = element.tag.replace(old, new)
        if element.tag == f"{new}arXiv":
            element.tag = f"{new}arXivRaw"
    return etree.tostring(root)
