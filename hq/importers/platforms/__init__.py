"""The files of other systems, a module each: what their columns and fields mean, as their makers document it."""
