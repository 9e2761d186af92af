"""Text as coverage bitmaps, in any script the machine has letters for.

``bidi.py`` puts a line into the order it is seen in, ``letters.py`` knows what belongs together, ``font_files.py``
finds fonts, ``fonts.py`` draws runs of letters with one, ``typesetting.py`` chooses who draws what and joins the
pieces. What labels say and where they go is in rendering/labels/. Layer: rendering.
"""

from annogeo.rendering.text.fonts import Bitmap, Coverage, Font
from annogeo.rendering.text.typesetting import Typesetter, typesetter

__all__ = ["Bitmap", "Coverage", "Font", "Typesetter", "typesetter"]
