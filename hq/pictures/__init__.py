"""Pictures at HQ: fetched from the addresses that feeds name, and made into what screens need."""
