"""The database engine of the register: PostgreSQL with immediate foreign keys and a server that starts by itself."""
