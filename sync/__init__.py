"""Moves envelopes both ways between a box and HQ, with receipts. It has never heard of baskets.

The guarantees (each has a test of its name in `tests/guarantees/`; the bytes are in `docs/protocol.md`):

1. An event is gone from the outbox only after HQ's receipt. The broker's acknowledgement decides nothing.
2. HQ applies each event once, in order, per log: events and the mark commit in one transaction, a duplicate, by number
   or by event id, is a no-op, a gap is answered with the mark and the box rewinds.
3. A bad event never blocks the log: it is quarantined with its reason, the mark moves on.
4. A fork is found and heals: HQ names the first number that differs, the box goes on under a new log id and appends
   there again what HQ has no receipt for, same ids; nothing of either branch is lost.
5. HQ restored from a backup is refilled: receipts carry instance, epoch and trim_to; a box keeps what is not in a
   verified backup, in past lives of its log too, and sends whatever HQ lacks in its new life.
6. Offline has no deadline: disk is the only bound, memory does not grow with the backlog.
7. Order comes from numbers, not clocks.
8. A store can speak only for itself: certificates, access rules, and topic and envelope compared.

Layout: `codec` (bytes). The box's side: `outlog` (what is asked of its log), `uplink` (the exchange for one log, no
I/O; `flights` and `belief` are its memory), `outbox` (all lives of the log), `pace` (room for the screens), `asking`
(questions somebody waits for), `service` (the thread that joins outbox and line). HQ's side: `ingest`, over any
`ledger`. Between them: `line` and `tls` (MQTT). `simulator` is the whole protocol on one thread with injected clock,
randomness and disasters, out of its parts `simulator_*`; `simulator_controls` must be caught by it.
"""
