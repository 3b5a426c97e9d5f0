"""The forms of design time."""
