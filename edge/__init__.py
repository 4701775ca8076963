"""The box in the shop: the product itself, and the one place that builds and starts it."""
