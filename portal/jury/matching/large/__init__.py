"""Plans of millions of pairs: whom to look at, and the proof that the others do not matter."""
