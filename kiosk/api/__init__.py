"""The box's JSON API: with it a retailer's own app, or a program, is a station too. `shapes` are its messages, `calls`
what can be called, `openapi` describes both; `views` answers."""
