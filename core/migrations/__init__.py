"""The schema's history: Alembic's environment, its revisions, and the one list of every table of the house."""
