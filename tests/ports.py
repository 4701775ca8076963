"""Ports for servers of tests."""

import socket
from random import Random

_random = Random()
_claims: list[socket.socket] = []
MOST_CLAIMS = 200
"""More ports than one test, or one chunk of breaking things, uses."""


def free_port() -> int:
    """Below the ports that the kernel gives to clients: nobody takes it while its server is not up yet, or dead.
    Another run or worker beside this one does not get the same: two brokers of one port would be one broker, with two
    HQs at it."""
    while True:
        port = _random.randrange(20_000, 32_000)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0tote-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        if len(_claims) > MOST_CLAIMS:
            _claims.pop(0).close()
        return port
