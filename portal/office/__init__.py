"""Files of word processors and spreadsheets: read and written, knowing nothing of the portal."""
