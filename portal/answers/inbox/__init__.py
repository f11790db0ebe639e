"""What comes in by mail: read, judged, and handed to whoever it is for."""
