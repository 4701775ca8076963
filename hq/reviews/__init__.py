"""Reviews: what holds one back (`rules`), what was decided (`decided`), deciding (`moderation`)."""
