"""Question sets, measures and commands that tell how good the answers are, whoever gave them."""
