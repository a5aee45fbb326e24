"""Statutes: source text → tree, addresses and citations."""
