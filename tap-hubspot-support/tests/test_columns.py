"""Property definitions to columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tap_hubspot_support.columns import Definition, column_name, columns_of, fingerprint, kind_of
from tap_hubspot_support.kinds import Kind


@pytest.mark.capability("S2-08")
def test_a_column_is_property_and_the_api_name() -> None:
    assert column_name("hs_pipeline_stage") == "property_hs_pipeline_stage"


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_column_names_fit_postgres_and_never_meet(one: str, other: str) -> None:
    assert len(column_name(one).encode()) <= 63
    assert (column_name(one) == column_name(other)) == (one == other)


def owner(name: str, field_type: str | None) -> Definition:
    return Definition(name, "enumeration", field_type, "OWNER")


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        (
            Definition("hubspot_owner_id", "enumeration", referenced_object_type="OWNER"),
            Kind.INTEGER,
        ),
        (Definition("hs_object_id", "number"), Kind.INTEGER),
        (Definition("hs_created_by_user_id", "number"), Kind.INTEGER),
        (Definition("associatedcompanyid", "number"), Kind.INTEGER),
        (
            Definition("hs_primary_company", "number", referenced_object_type="COMPANY"),
            Kind.INTEGER,
        ),
        (Definition("hs_all_owner_ids", "enumeration", referenced_object_type="OWNER"), Kind.TEXT),
        (owner("escalation_owner", "select"), Kind.INTEGER),
        (owner("escalation_owner", None), Kind.INTEGER),
        (owner("escalation_team", "checkbox"), Kind.TEXT),
        (owner("hs_user_ids_of_all_owners", "select"), Kind.TEXT),
        (Definition("area", "enumeration", "select"), Kind.TEXT),
        (Definition("time_to_close", "number"), Kind.NUMBER),
        (Definition("is_vip", "bool"), Kind.BOOLEAN),
        (Definition("due", "date"), Kind.DATE),
        (Definition("createdate", "datetime"), Kind.INSTANT),
        (Definition("payload", "json"), Kind.JSON),
        (Definition("phone", "phone_number"), Kind.TEXT),
        (Definition("novelty", "hologram"), Kind.TEXT),
    ],
)
def test_types_go_by_meaning(definition: Definition, kind: Kind) -> None:
    assert kind_of(definition) is kind
    assert Kind.of_schema(kind.schema) is kind


def test_deny_is_stronger_than_allow() -> None:
    definitions = [Definition(name) for name in ("a", "b", "c")]
    assert [c.property for c in columns_of(definitions, ["a", "b"], ["b"])] == ["a"]


def test_a_new_column_and_a_new_type_change_the_fingerprint() -> None:
    def mark(*definitions: Definition) -> str:
        return fingerprint(columns_of(definitions, [], []))

    assert mark(Definition("a")) != mark(Definition("a"), Definition("b"))
    assert mark(Definition("a")) != mark(Definition("a", "number"))
    assert mark(Definition("a"), Definition("b")) == mark(Definition("b"), Definition("a"))
