"""The pages of design time."""
