"""The service: a FastAPI application around a Backend, and the client that talks to it."""
