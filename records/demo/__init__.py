"""The demo company: its people, its process file and its first records, in English and in French."""
