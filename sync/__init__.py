"""Moves envelopes both ways between a box and HQ, with receipts. It has never heard of baskets.

The guarantees (each has a test of its name in `tests/sync/` or `tests/system/`; the bytes are in `docs/protocol.md`):

1. An event is gone from the outbox only after HQ's receipt. The broker's acknowledgement decides nothing.
2. HQ applies each event once, in order, per log: events and the mark commit in one transaction, a duplicate is a no-op,
   a gap is answered with the mark and the box rewinds.
3. A bad event never blocks the log: it is quarantined with its reason, the mark moves on.
4. A fork is found and heals (found now; healing is to come).
5. HQ restored from a backup is refilled (receipts carry instance, epoch and trim_to now; refill is to come).
6. Offline has no deadline: disk is the only bound, memory does not grow with the backlog.
7. Order comes from numbers, not clocks.
8. A store can speak only for itself (topic and envelope are compared now; certificates are to come).

Layout: `codec` (bytes), `uplink` (the box's side of the exchange, no I/O), `ingest` (HQ's side, over any ledger),
`line` (MQTT), `service` (the box's thread that joins log, uplink and line), `simulator` (the whole protocol on one
thread with injected clock, randomness and link).
"""
