"""The engine: who may do what with a record, and how a record moves."""
