"""The web chat, the reader pages and the REST interface: three faces of one ``ask``."""
