"""The figures: one module per figure, each beside a floor or a peer in the same run. `python -m bench NAME --json`."""
