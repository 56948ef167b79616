"""Pictures for a terminal, out of characters: braille dots, half blocks, shades. No image protocol, no dependency."""
