"""Wiring of the four apps: settings, addresses, background work."""

from blueprint_project.celery import app as celery_app

__all__ = ["celery_app"]
