"""What everybody in the demo company signs in with."""

DEMO_PASSWORD = "blueprint"  # noqa: S105 - told on the sign-in page of the demo company, and only there
