"""What comes in by mail: read, believed or not, and applied."""
