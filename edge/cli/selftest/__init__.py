"""The self-test sheet of `tote doctor`: its codes, its drawing, asking for them, and what the answers mean."""
