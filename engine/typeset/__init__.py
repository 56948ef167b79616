"""LaTeX mathematics and question text set for a terminal: boxes of cells, one row, or words, over one display tree.

A writer for another medium is one more file over `engine.typeset.tree`. Nothing here needs more than the standard
library.
"""

from engine.typeset.box import Box, Ink
from engine.typeset.document import Style, document, document_problems, document_spans
from engine.typeset.flow import Segments
from engine.typeset.reader import parse
from engine.typeset.to_boxes import boxes
from engine.typeset.to_line import line
from engine.typeset.to_speech import speech
from engine.typeset.tree import Display, MathError

__all__ = [
    "Box", "Display", "Ink", "MathError", "Segments", "Style", "boxes", "document", "document_problems",
    "document_spans", "line", "parse", "speech",
]  # fmt: skip
