"""Training of the shipped models on feature sets that the topology exported."""
