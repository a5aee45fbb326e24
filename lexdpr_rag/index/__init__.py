"""What is on disk: units, lexical index, manifest."""
