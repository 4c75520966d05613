"""How the stand-in behaves: quotas, latency, faults, and what nobody knows for sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from sandbox.faults import DisturbableBehaviour, ScriptedFault

if TYPE_CHECKING:
    from collections.abc import Callable

FaultKind = Literal[
    "401",
    "403_disabled",
    "429",
    "500",
    "502",
    "503",
    "html",
    "reset",
    "hang",
    "slow",
    "applied_then_500",
    "applied_then_503",
    "applied_then_hang",
    "applied_then_reset",
    "applied_then_cut",
]
# In these the request is carried out before anything goes wrong.
APPLYING = frozenset(
    {
        "slow",
        "applied_then_500",
        "applied_then_503",
        "applied_then_hang",
        "applied_then_reset",
        "applied_then_cut",
    }
)


@dataclass
class Fault(ScriptedFault):
    """A scripted fault of Google's; its regular expression sees paths and queries decoded.

    "applied_then_..." carries the request out before anything goes wrong; "reset" drops the
    connection without an answer, "cut" in the middle of the body, "hang" says nothing until the
    other side gives up (or drops the connection after `delay`), "slow" answers well after
    `delay`, "html" is a 502 of the edge with a web page.
    """

    kinds = frozenset(get_args(FaultKind))
    kind: FaultKind = "503"


@dataclass
class Intervention(ScriptedFault):
    """Something that somebody else does right before a request is served.

    Attributes:
        action: What is done; a `Person` of the store is at hand for it, and it may as well make
            requests to the stand-in itself.
    """

    kinds = frozenset({"intervention"})
    kind: str = "intervention"
    action: Callable[[], object] = lambda: None


@dataclass
class Behaviour(DisturbableBehaviour[Fault]):
    """Everything about the vendor's side that a test may want different; change it any time.

    Attributes:
        user_limit: Requests per minute and user, reads and writes each.
        project_limit: Requests per minute and project, reads and writes each.
        retry_after: Seconds told in a Retry-After header of a 429; nobody has seen one.
        cell_limit: Cells per spreadsheet, empty ones of the grids too.
        anonymous_as: Account that requests without any credential act as; None refuses them.
        accounts_own_files: Whether a service account may create files (it has no storage).
        enabled: Whether the project has switched the Sheets API on.
        gzip_requests: Whether a gzipped request body is understood; nobody knows.
        equals_is_formula: Whether a stringValue that begins with "=" becomes a formula; that
            it stays text is what RAW does, but nobody has shown it for stringValue.
        duplicate_metadata_id: What creating metadata under a used id does: "reject" or "replace".
        metadata_matches_nothing: What updating or deleting metadata that a filter does not
            find does: "pass" or "reject".
        metadata_follows_sort: Whether metadata of a row moves with it when it is sorted.
        bounded_reads: What a read does whose end lies outside the grid: "clip" or "reject".
        characters: What the limit of 50,000 counts: "utf16" units or "code_points".
        appended_rows_inherit_format: Whether rows added at the end look like the last one.
        interventions: What others do between two requests, all whose turn it is.
    """

    user_limit: int = 60
    project_limit: int = 300
    retry_after: float | None = None
    cell_limit: int = 10_000_000
    anonymous_as: str | None = None
    accounts_own_files: bool = False
    enabled: bool = True
    gzip_requests: bool = True
    equals_is_formula: bool = False
    duplicate_metadata_id: Literal["reject", "replace"] = "reject"
    metadata_matches_nothing: Literal["pass", "reject"] = "pass"
    metadata_follows_sort: bool = False
    bounded_reads: Literal["clip", "reject"] = "clip"
    characters: Literal["utf16", "code_points"] = "utf16"
    appended_rows_inherit_format: bool = True
    interventions: list[Intervention] = field(default_factory=list)

    def intervene(self, line: str) -> None:
        """Let others do what they do right before this request."""
        for one in self.interventions:
            if one.wants(line, self._chance):
                one.use()
                one.action()
