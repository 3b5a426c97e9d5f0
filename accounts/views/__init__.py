"""The pages of people and teams, of the sign-in and of a person's own preferences."""
