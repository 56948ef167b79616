"""The modes of the app: the session, and the dialogs over it."""
