"""The steps of the Dockerfile, run in a plain Debian root where there is no container engine."""
