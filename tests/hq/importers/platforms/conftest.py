from tests.hq.importers.test_importing import connection, take

__all__ = ["connection", "take"]
