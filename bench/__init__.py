"""Speed as a ratio to bare SQL, measured in one run on one machine; never a test."""
