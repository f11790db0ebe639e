"""Juries mixed by experience or field: wishes that no flow can say."""
