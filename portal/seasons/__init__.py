"""Seasons, their camps and panels, and the schools they are held at."""
