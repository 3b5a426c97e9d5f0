"""What the pages of design time show, prepared so that templates hold no decisions."""
