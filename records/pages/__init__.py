"""What complex pages show, prepared so that templates hold no decisions."""
