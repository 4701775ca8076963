"""Audiences for other houses' platforms: who may be advertised to (`members`), in each platform's own normalisation
(`platforms`), as the files they take in (`files`)."""
