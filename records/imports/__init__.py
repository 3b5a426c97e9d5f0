"""Bringing records in from CSV files."""
