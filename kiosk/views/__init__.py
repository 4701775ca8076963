"""A blueprint per topic. Each view parses, calls one use case and renders."""
