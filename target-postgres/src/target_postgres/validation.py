"""Checking records against their whole JSON schema, when the setting asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import fastjsonschema
from singer_sdk.exceptions import InvalidJSONSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def validator(schema: Mapping[str, Any]) -> Callable[[Any], str | None]:
    """Compile a schema to a check.

    Args:
        schema: JSON schema of a stream's records.

    Returns:
        A function that answers why a record is not valid, or None if it is.

    Raises:
        InvalidJSONSchema: If the schema itself is not valid.
    """
    try:
        check = fastjsonschema.compile(dict(schema), use_default=False, use_formats=False)
    except fastjsonschema.JsonSchemaDefinitionException:
        raise InvalidJSONSchema(
            "A SCHEMA message is not valid JSON schema. Correct the tap's catalog, or set "
            "validate_records to false.",
        ) from None

    def refusal(record: Any) -> str | None:
        try:
            check(record)
        except fastjsonschema.JsonSchemaValueException as error:
            return f"Not valid by its schema: {error.name} breaks the rule {error.rule}."
        return None

    return refusal
