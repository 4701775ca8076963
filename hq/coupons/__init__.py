"""Single-use codes at HQ: what a campaign's are good for (`terms`), how they are made again from what is kept
(`codes`), issued and taken back (`issuing`, `records`), and which of their uses counts (`uses`)."""
