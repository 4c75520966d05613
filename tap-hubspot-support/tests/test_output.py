"""Tables that several walks write: nobody's pass takes another's rows for gone."""

from types import SimpleNamespace

from tap_hubspot_support.batches import Batch
from tap_hubspot_support.bookmarks import FullSync
from tap_hubspot_support.output import Output
from tap_hubspot_support.tables import TableRows

RUN = SimpleNamespace(portal_id=4242, synced="2026-06-01T12:00:00.000Z")


class Table:
    """Stands for a stream: keeps the version of each row and drops those of older ones."""

    STATE_MSG_FREQUENCY = 10_000
    selected = True
    table = SimpleNamespace(reconciles=True)

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}

    def announce(self) -> None:
        pass

    def write(self, rows, version, _synced) -> None:
        self.rows |= dict.fromkeys(rows, version)

    def activate(self, version) -> None:
        self.rows = {row: known for row, known in self.rows.items() if known >= version}


def write(output: Output, walk: str, version: int, rows: list[str], complete=()) -> None:
    batch = Batch([TableRows("ticket_company", rows)] if rows else [], complete=complete)
    output.write(RUN, batch, version, walk)


def test_a_link_found_from_its_other_end_outlives_the_pass_that_wrote_it_before() -> None:
    """The ticket's pass wrote the link and was cut short; an older pass over companies writes it
    again; then the ticket's pass goes on behind it and ends."""
    links = Table()
    output = Output({"ticket_company": links}, {}, lambda _: None)
    output.expect(RUN, "ticket", {"links:ticket_company": ["ticket_company"]})
    output.expect(RUN, "company", {"links:ticket_company:far": ["ticket_company"]})
    output.bookmark("ticket", 4242).keep_full(FullSync(1_000, 1_000, {}, ""))
    write(output, "ticket", 1_000, ["a", "b"])
    write(output, "company", 900, ["a"])
    write(output, "company", 2_000, [], complete=("links:ticket_company:far",))
    write(output, "ticket", 1_000, [], complete=("links:ticket_company",))
    assert set(links.rows) == {"a", "b"}


def test_a_link_that_is_gone_still_falls_to_the_next_passes() -> None:
    links = Table()
    output = Output({"ticket_company": links}, {}, lambda _: None)
    output.expect(RUN, "ticket", {"links:ticket_company": ["ticket_company"]})
    output.expect(RUN, "company", {"links:ticket_company:far": ["ticket_company"]})
    output.bookmark("company", 4242).keep_full(FullSync(1_500, 1_500, {}, ""))
    write(output, "ticket", 1_000, ["gone", "kept"])
    output.bookmark("ticket", 4242).keep_full(FullSync(3_000, 3_000, {}, ""))
    write(output, "ticket", 3_000, ["kept"], complete=("links:ticket_company",))
    write(output, "company", 3_100, [], complete=("links:ticket_company:far",))
    assert set(links.rows) == {"kept"}
