"""Static embeddings: a text's vector is the mean of its tokens' vectors, and runs without torch."""
