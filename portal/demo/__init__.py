"""The portal to try out: an invented season on real schools, and a mail server of its own."""
