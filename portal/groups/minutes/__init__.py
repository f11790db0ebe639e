"""Minutes as a document: read, sent for comment, approved, corrected by addenda, made public."""
