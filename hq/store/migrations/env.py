"""What Alembic runs: the steps, on the connection that `hq.store.migrate` handed over."""

from alembic import context

from hq.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # on SQLite too: the caller's transaction is a real one
)
with context.begin_transaction():
    context.run_migrations()
