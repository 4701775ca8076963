"""One hash over everything a database holds: two databases with the same hash say the same."""

from hashlib import sha256

from sqlalchemy import Connection, Table, select

from hq.store.tables import metadata


def state_hash(connection: Connection, tables: list[Table] | None = None) -> str:
    """SHA-256 in hex over every row of `tables` (all by default), in the order of their keys."""
    state = sha256()
    for table in tables or metadata.sorted_tables:
        state.update(f"{table.name}\n".encode())
        for row in connection.execute(select(table).order_by(*table.primary_key)):
            state.update(repr(tuple(row)).encode())
    return state.hexdigest()
