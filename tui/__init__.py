"""The Textual app: screens and widgets over the engine. Messages go up, methods down."""
