"""Points: what each piece that somebody bought earned them, each that came back took from them, and orders were paid
with.

The ledger is not written, it is read: every entry is a line of an order, which the till's word or the event of a store
made once however often it is told, at the rate of its day. So it can't drift from what was bought, and merges, splits,
erasures and replays need no care of their own.
"""
