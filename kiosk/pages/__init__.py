"""What each screen's template is given: one module per screen, reading the shop and changing nothing."""
