"""Training runs of the course's models on small data made here. Listing them (`table`) loads nothing slow."""
