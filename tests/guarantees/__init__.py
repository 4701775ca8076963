"""Each guarantee of sync by its name, with the control that must fail. They stand in `sync/__init__.py`."""
