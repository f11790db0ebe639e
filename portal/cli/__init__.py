"""The commands of ``flask --app wsgi``: each a door that calls a feature and commits once."""
