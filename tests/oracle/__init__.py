"""A second, slow and literal reading of the merging rules, to compare the engine with. Knows nothing of the engine."""
