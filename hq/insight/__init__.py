"""What HQ's own pages tell: figures, people and their histories. Reads only, no web in it."""
