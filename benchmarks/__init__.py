"""Results that take longer than a test: each module is a command that writes a table kept here."""
