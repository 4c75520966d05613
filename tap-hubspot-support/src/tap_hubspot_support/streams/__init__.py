"""The tables this tap emits, one module per kind of resource."""
