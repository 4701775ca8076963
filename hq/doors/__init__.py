"""Doors through which other systems bring files by themselves: an upload over HTTP (`web`, by a token of `tokens`) and
folders that are watched (`folder`, for SFTP). What comes in is imported like a file that somebody names."""
