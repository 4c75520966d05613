"""The settings."""

from __future__ import annotations

from singer_sdk import typing as th

_METHODS = ["upsert", "append", "overwrite"]

_PLACE = (
    th.Property(
        "spreadsheet_id",
        th.StringType,
        title="Spreadsheet",
        description=(
            "The part of the spreadsheet's address between /d/ and /edit, or the whole address. "
            "Without it GOOGLE_SHEETS_SPREADSHEET_ID is taken."
        ),
    ),
    th.Property(
        "credentials_path",
        th.StringType,
        description=(
            "Path of the service account's JSON key. Without it GOOGLE_SHEETS_CREDENTIALS_PATH "
            "is taken, else service_account_credentials.json."
        ),
    ),
    th.Property(
        "credentials_json",
        th.StringType,
        secret=True,
        description="The key itself as JSON; wins over a path.",
    ),
    th.Property(
        "api_base_url",
        th.StringType,
        description="Another address than Google's, for a stand-in.",
    ),
)

_STREAM = th.ObjectType(
    th.Property("worksheet", th.StringType),
    th.Property("columns", th.ObjectType(additional_properties=th.StringType)),
    th.Property("load_method", th.StringType, allowed_values=_METHODS),
    th.Property("retention_column", th.StringType),
    th.Property("retention_days", th.IntegerType(minimum=0)),
    th.Property("qa_columns", th.BooleanType),
    th.Property("people_columns", th.ArrayType(th.StringType)),
    additional_properties=False,
)

_CONTENT = (
    th.Property(
        "streams",
        th.ObjectType(additional_properties=_STREAM),
        description=(
            "By stream: `worksheet` (title), `columns` (heading by property, in the order they "
            "are made), `load_method`, `retention_column`, `retention_days`, `qa_columns` (make "
            "the 28 review columns), `people_columns` (headings of further columns for people)."
        ),
    ),
    th.Property(
        "load_method",
        th.StringType,
        default="upsert",
        allowed_values=_METHODS,
        description=(
            "upsert: change the row of a known key, add unknown ones. append: add every record. "
            "overwrite: replace all rows at the end of the run, in one step."
        ),
    ),
    th.Property(
        "retention_days",
        th.IntegerType(minimum=0),
        default=365,
        description="Rows whose date is older are neither written nor kept; 0 keeps all.",
    ),
    th.Property(
        "retention_column",
        th.StringType,
        description=(
            "Property or heading of the date that retention_days looks at. Worksheets without "
            "such a column keep all rows."
        ),
    ),
    th.Property(
        "timezone",
        th.StringType,
        default="UTC",
        description="Zone of the dates and times in the sheet, by its IANA name.",
    ),
    th.Property(
        "timestamps",
        th.StringType,
        default="cells",
        allowed_values=["cells", "text"],
        description="cells: dates that Sheets can sort and chart. text: ISO 8601 as it was sent.",
    ),
    th.Property(
        "deleted_rows",
        th.StringType,
        default="mark",
        allowed_values=["mark", "remove"],
        description=(
            "mark: a deleted record's row stays, with people's notes on it, and gets the time in "
            "'Deleted at'. remove: the row is deleted."
        ),
    ),
    th.Property(
        "soft_delete_flags",
        th.ArrayType(th.StringType),
        default=["is_deleted", "_fivetran_deleted"],
        description="Boolean properties that a mark sets true, where a worksheet has them.",
    ),
    th.Property(
        "activate_version",
        th.BooleanType,
        default=True,
        description="Obey ACTIVATE_VERSION messages: rows of earlier versions are deleted records.",
    ),
    th.Property(
        "add_record_metadata",
        th.BooleanType,
        default=False,
        description="Write the `_sdc_` properties that the tap sends, too.",
    ),
)

_LOADING = (
    th.Property(
        "batch_size_rows",
        th.IntegerType(minimum=1),
        default=50_000,
        description="At most this many records in one request.",
    ),
    th.Property(
        "batch_size_bytes",
        th.IntegerType(minimum=1),
        default=8_000_000,
        description=(
            "At most about this many bytes in one request. Google takes 10 MiB and recommends 2 MB."
        ),
    ),
    th.Property(
        "batch_max_age_seconds",
        th.IntegerType(minimum=0),
        default=300,
        description="Write what is held after this time.",
    ),
    th.Property(
        "request_timeout_seconds",
        th.IntegerType(minimum=1),
        default=200,
        description="How long to wait for an answer; Google itself gives up after 180.",
    ),
    th.Property(
        "patience_seconds",
        th.IntegerType(minimum=0),
        default=600,
        description="How long, in all, to go on after failures that pass by themselves.",
    ),
    th.Property(
        "lease_seconds",
        th.IntegerType(minimum=0),
        default=300,
        description=(
            "How long after its last request a run keeps others from writing. A run that is known "
            "to be dead, because it ran on the same machine, keeps nobody."
        ),
    ),
)

SETTINGS = th.PropertiesList(*_PLACE, *_CONTENT, *_LOADING)
