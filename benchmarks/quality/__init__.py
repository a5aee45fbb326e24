"""How well provisions are found: the engine beside what a developer could plug in instead."""
