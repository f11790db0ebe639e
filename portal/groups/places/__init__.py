"""Who sits in a group: places given, filled, changed and left."""
