"""`DefinitionView`: what an annotation and the state of one of its frames show of their definition.

Layer: model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annogeo.model.fields import DefinitionField, GeoField

if TYPE_CHECKING:
    from annogeo.definitions import Definition


class DefinitionView:
    """Read access to a definition's attributes; geometry is as the definition gives it."""

    __slots__ = ()

    annotation_definition: Any  # Definition; the type decides which attributes it has

    label = DefinitionField(doc="The label, a dotted path where labels are nested.")
    attributes = DefinitionField(doc="Attributes; assign a new dict to change them.")
    geo = GeoField(doc="The coordinates as an array.")
    x = DefinitionField(doc="The x coordinates.")
    y = DefinitionField(doc="The y coordinates.")
    left = DefinitionField(doc="Left edge in px.")
    top = DefinitionField(doc="Top edge in px.")
    right = DefinitionField(doc="Right edge in px, exclusive.")
    bottom = DefinitionField(doc="Bottom edge in px, exclusive.")
    width = DefinitionField(doc="Width in px.")
    height = DefinitionField(doc="Height in px.")
    angle = DefinitionField(doc="Degrees, clockwise on screen.")
    rx = DefinitionField(doc="First semi-axis in px.")
    ry = DefinitionField(doc="Second semi-axis in px.")
    messages = DefinitionField(doc="The messages of a note.")
    bounds = DefinitionField(doc="Extent of the drawn shape: left, top, right, bottom.")
    area = DefinitionField(doc="Area in square px.")

    @property
    def type(self) -> str:
        """The platform's name of the type."""
        definition: Definition = self.annotation_definition
        return definition.type
