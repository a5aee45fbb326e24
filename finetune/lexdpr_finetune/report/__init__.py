"""What a run is worth, as one page to look at and as JSON."""
