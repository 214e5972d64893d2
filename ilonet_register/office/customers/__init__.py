"""Finding, reading and changing customers and their contracts (screens.md 3.2 to 3.6): one module per page."""
