"""A language model that words answers, switched on by ``LLM_MODEL``: what it says leaves only when it is verified."""
