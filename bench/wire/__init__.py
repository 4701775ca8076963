"""What `bench sync` and `bench fleet` have in common: a broker, HQ, the events of visits, and light boxes."""
