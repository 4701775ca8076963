"""Pure values, events and rules of the shop. Standard library only; nothing here does I/O."""
