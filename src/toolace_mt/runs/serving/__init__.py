"""A model of the server behind an engine: what its prefix cache holds, and how long a request takes in company of others."""
