"""The settings, named as other PostgreSQL targets name theirs where they have them."""

from __future__ import annotations

from singer_sdk import typing as th

_CONNECTION = (
    th.Property(
        "database_url",
        th.StringType,
        secret=True,
        title="Connection URI",
        description=(
            "libpq URI, postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require; "
            "socket directories work too. Wins over the single connection settings."
        ),
    ),
    th.Property("host", th.StringType, description="Host name or socket directory."),
    th.Property("port", th.IntegerType, description="Port; 5432 when not set."),
    th.Property("user", th.StringType, description="Role to log in as."),
    th.Property("password", th.StringType, secret=True, description="Its password."),
    th.Property("dbname", th.StringType, description="Database name."),
    th.Property(
        "sslmode",
        th.StringType,
        description="libpq's sslmode; `require` for Neon (set by itself with NEON_*).",
    ),
    th.Property(
        "connect_patience_seconds",
        th.NumberType,
        default=30,
        description=(
            "How long, in all, to wait for a server that sleeps, restarts or drops the "
            "connection, before the run fails."
        ),
    ),
)

_LOADING = (
    th.Property(
        "default_target_schema",
        th.StringType,
        default="public",
        description="Schema of all tables; created when missing.",
    ),
    th.Property(
        "batch_size_rows",
        th.IntegerType,
        default=10_000,
        description="At most this many records of a stream in one transaction.",
    ),
    th.Property(
        "batch_size_bytes",
        th.IntegerType,
        default=16 * 1024 * 1024,
        description="At most about this many bytes of records in one transaction.",
    ),
    th.Property(
        "batch_max_age_seconds",
        th.NumberType,
        default=60,
        description="Write what is held after this time, even if the tap is silent.",
    ),
    th.Property(
        "indexes",
        th.ObjectType(additional_properties=th.ArrayType(th.ArrayType(th.StringType))),
        description=(
            "Indexes to create, by stream: lists of property names, as in "
            '{"ticket": [["property_hubspot_owner_id"], ["_fivetran_synced"]]}. A name with a '
            'slash is a pattern of schema and stream: "*gorgias/events". The primary key and the '
            "stream's replication key have theirs anyway."
        ),
    ),
)

_MEANING = (
    th.Property(
        "activate_version",
        th.BooleanType,
        default=True,
        description="Obey ACTIVATE_VERSION messages: rows of earlier versions are removed.",
    ),
    th.Property(
        "hard_delete",
        th.BooleanType,
        default=False,
        description="Remove rows by DELETE instead of marking them.",
    ),
    th.Property(
        "soft_delete_flags",
        th.ArrayType(th.StringType),
        default=["is_deleted", "_fivetran_deleted"],
        description="Boolean columns that a soft delete sets true, where a table has them.",
    ),
    th.Property(
        "add_record_metadata",
        th.BooleanType,
        default=True,
        description="Keep the `_sdc_` columns with each row.",
    ),
    th.Property(
        "validate_records",
        th.BooleanType,
        default=False,
        description=(
            "Check each record against its whole JSON schema and refuse the invalid ones. "
            "Types are checked in any case."
        ),
    ),
    th.Property(
        "dry_run",
        th.BooleanType,
        default=False,
        description="Read everything, write nothing, emit no STATE.",
    ),
)

SETTINGS = th.PropertiesList(*_CONNECTION, *_LOADING, *_MEANING)
