"""Late interaction: question and provision compared token by token, by a static encoder's vectors."""
