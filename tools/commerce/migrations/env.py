"""Alembic's entry: runs the revisions on the connection that `Database.migrate` hands over."""

from alembic import context

from tools.commerce.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    user_module_prefix="schema.",
)
with context.begin_transaction():
    context.run_migrations()
