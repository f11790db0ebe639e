"""What holds for the whole tree: texts, pins, migrations, shape."""
