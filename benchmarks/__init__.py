"""What the engine costs, as ratios to plain statements that write and read the same rows."""
