"""Page-sized reads of records."""
