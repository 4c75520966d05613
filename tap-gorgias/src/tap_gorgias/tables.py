"""The streams' tables.

Objects that the API embeds in others (a ticket's customer, assignee and tags) appear as ids: the
copies change without the holder's `updated_datetime` moving, and have streams of their own.
"""

from __future__ import annotations

from tap_gorgias.columns import TOMBSTONE_MARK, columns
from tap_gorgias.table import Table

_FLAGS = f"is_deleted flag\n{TOMBSTONE_MARK} instant"

TICKETS = Table(
    "tickets",
    "/api/tickets",
    columns(
        f"""
        id integer
        external_id text
        language text
        status text
        priority text
        channel text
        via text
        from_agent flag
        customer_id integer customer.id
        assignee_user_id integer assignee_user.id
        assignee_team_id integer assignee_team.id
        subject text
        summary text
        excerpt text
        tag_ids ids tags.id
        integrations json
        meta json
        custom_fields json
        messages_count integer
        is_unread flag
        spam flag
        created_datetime instant
        opened_datetime instant
        last_received_message_datetime instant
        last_message_datetime instant
        updated_datetime instant
        closed_datetime instant
        snooze_datetime instant
        trashed_datetime instant
        {_FLAGS}"""
    ),
    replication_key="updated_datetime",
)
MESSAGES = Table(
    "messages",
    "/api/messages",
    columns(
        """
        id integer
        ticket_id integer
        message_id text
        external_id text
        public flag
        channel text
        via text
        source json
        sender_id integer sender.id
        receiver_id integer receiver.id
        integration_id integer
        rule_id integer
        from_agent flag
        subject text
        body_text text
        body_html text
        stripped_text text
        attachments json
        actions json
        macros json
        intents json
        meta json
        is_retriable flag
        imported flag
        last_sending_error json
        created_datetime instant
        sent_datetime instant
        failed_datetime instant
        deleted_datetime instant
        opened_datetime instant"""
    ),
)
SURVEYS = Table(
    "satisfaction_surveys",
    "/api/satisfaction-surveys",
    columns(
        """
        id integer
        ticket_id integer
        customer_id integer
        score integer
        body_text text
        meta json
        created_datetime instant
        should_send_datetime instant
        sent_datetime instant
        scored_datetime instant"""
    ),
)
CUSTOMERS = Table(
    "customers",
    "/api/customers",
    columns(
        f"""
        id integer
        external_id text
        active flag
        email text
        name text
        firstname text
        lastname text
        language text
        timezone text
        note text
        channels json
        data json
        meta json
        custom_fields json
        created_datetime instant
        updated_datetime instant
        {_FLAGS}"""
    ),
    replication_key="updated_datetime",
)
EVENTS = Table(
    "events",
    "/api/events",
    columns(
        """
        id integer
        context text
        type text
        object_type text
        object_id integer
        user_id integer
        data json
        created_datetime instant"""
    ),
    replication_key="created_datetime",
)
USERS = Table(
    "users",
    "/api/users",
    columns(
        f"""
        id integer
        name text
        firstname text
        lastname text
        email text
        role_name text role.name
        active flag
        bio text
        country text
        language text
        timezone text
        external_id text
        client_id text
        created_datetime instant
        updated_datetime instant
        deactivated_datetime instant
        {_FLAGS}"""
    ),
)
TEAMS = Table(
    "teams",
    "/api/teams",
    columns(
        f"""
        id integer
        name text
        description text
        decoration json
        member_ids ids members.id
        created_datetime instant
        {_FLAGS}"""
    ),
)
TAGS = Table(
    "tags",
    "/api/tags",
    columns(
        f"""
        id integer
        name text
        description text
        decoration json
        usage integer
        created_datetime instant
        deleted_datetime instant
        {_FLAGS}"""
    ),
)
CUSTOM_FIELDS = Table(
    "custom_fields",
    "/api/custom-fields",
    columns(
        f"""
        id integer
        external_id text
        object_type text
        label text
        description text
        priority integer
        required flag
        requirement_type text
        managed_type text
        definition json
        created_datetime instant
        updated_datetime instant
        deactivated_datetime instant
        {_FLAGS}"""
    ),
)
INTEGRATIONS = Table(
    "integrations",
    "/api/integrations",
    columns(
        f"""
        id integer
        name text
        description text
        type text
        meta json
        created_datetime instant
        updated_datetime instant
        deactivated_datetime instant
        {_FLAGS}"""
    ),
)
AGENT_STATISTICS = Table(
    "agent_statistics",
    "/api/reporting/stats",
    columns(
        """
        agent_id integer
        agent_name text
        agent_email text
        agent_role text
        channel text
        month day
        time_zone text
        period_start instant
        period_end instant
        first_response_median_seconds number
        one_touch_percent number
        one_touch_tickets integer
        closed_tickets integer
        messages_sent integer
        csat_sent integer
        csat_scored integer
        csat_response_rate number
        csat_rating number
        resolution_median_seconds number
        sources json"""
    ),
    keys=("account", "agent_id", "channel", "month"),
)
TABLES = (
    USERS,
    TEAMS,
    TAGS,
    CUSTOM_FIELDS,
    INTEGRATIONS,
    CUSTOMERS,
    TICKETS,
    MESSAGES,
    SURVEYS,
    EVENTS,
    AGENT_STATISTICS,
)
"""All streams, in the order in which an account's are read."""
