"""Members of a group read in from a spreadsheet: looked at first, then taken in as shown."""
