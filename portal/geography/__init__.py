"""Counties, municipalities, postcodes, travel, schools and days off, from data files beside."""
