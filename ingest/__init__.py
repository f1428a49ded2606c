"""From documents as obtained to an index of clauses: load, clean, parse, chunk, embed, index."""
