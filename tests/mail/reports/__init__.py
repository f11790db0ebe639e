"""Reports on delivery in the shapes that real servers give them; all people and hosts invented."""
