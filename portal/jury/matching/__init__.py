"""Who serves where: plain values in, a proved best plan out; no Flask, no database, no clock."""
