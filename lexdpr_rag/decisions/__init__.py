"""Court decisions as evidence: what courts decided on a provision says what it is about."""
