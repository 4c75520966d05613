"""The account itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.reference_tables.reading import FLAGS, flags
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

ACCOUNT = Table(
    "account",
    ("portal_id",),
    {
        **FLAGS,
        "account_type": Kind.TEXT.schema,
        "time_zone": Kind.TEXT.schema,
        "company_currency": Kind.TEXT.schema,
        "ui_domain": Kind.TEXT.schema,
        "data_hosting_location": Kind.TEXT.schema,
    },
    grain="one row per HubSpot account",
)


class AccountReference:
    """Where the account is and how it counts."""

    name = "account"
    tables: tuple[Table, ...] = (ACCOUNT,)

    def planned(self, run: Run) -> Counter[str]:  # noqa: ARG002
        """None: the run knows it already."""
        return Counter()

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:  # noqa: ARG002
        """One row."""
        account = run.account
        row = {
            **flags(run),
            "account_type": account.account_type,
            "time_zone": account.time_zone,
            "company_currency": account.company_currency,
            "ui_domain": account.ui_domain,
            "data_hosting_location": account.data_hosting_location,
        }
        yield [TableRows(ACCOUNT.name, [row])]


def account_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:  # noqa: ARG001
    """The account."""
    return [AccountReference()]
