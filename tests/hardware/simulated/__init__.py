"""The simulated readers as other processes drive them."""
