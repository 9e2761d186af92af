"""From one state of an annotation to the next: `tween`.

What is costly, such as finding which points of two polygons belong together, happens once; `Tween.at` is cheap. How a
type goes over into another state of itself is its row's `between` (registry.py); a type without one holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from annogeo.definitions.base import Definition
from annogeo.definitions.moving import Evenly
from annogeo.definitions.registry import Manner, row_for
from annogeo.errors import InputError

POLYGON_METHODS = ("auto", "index", "arc", "cvat", "hold")
MASK_METHODS = ("hold", "sdf")


@dataclass(frozen=True, slots=True, eq=False)
class Tween:
    """The states between two.

    Parameters
    ----------
    before, after : Definition
    make : float -> Definition, optional
        The state at a weight of more than 0 and less than 1; None: the first state holds.
    """

    before: Definition
    after: Definition
    make: Callable[[float], Definition] | None = None

    @property
    def is_straight(self) -> bool:
        """Whether each point that a state is drawn with is known to go straight to where the next state has it."""
        return isinstance(self.make, Evenly) and self.make.is_straight

    def at(self, weight: float) -> Definition:
        """Return the state at a weight of 0 (before) to 1 (after), where these are the very same objects.

        Label, attributes, description and everything else that is no geometry are those before.
        """
        if weight <= 0.0:
            return self.before
        if weight >= 1.0:
            return self.after
        return self.before if self.make is None else self.make(weight)


def tween(before: Definition, after: Definition, *, polygon: str = "auto", mask: str = "hold") -> Tween:
    """Return what is between two states.

    ======================  ==================================================================================
    box, note               edges evenly; the angle the short way (exactly half a turn: counter-clockwise), counted as
                            both states count it: from -180 to 180, or from 0 to 360
    ellipse                 centre and axes evenly, the angle modulo 180; axes that changed places are found
    point, cube             each point evenly
    pose                    each joint evenly, by its label; one that the next state lacks stays where it is
    cube in space           centre and size evenly, turned the short way (slerp)
    polygon, polyline       points that belong together evenly; a polygon that turns or grows does so as a whole
    mask                    holds, or goes over by signed distance
    all else                holds
    ======================  ==================================================================================

    Parameters
    ----------
    before, after : Definition
        Of one type; of two the first holds.
    polygon : {'auto', 'index', 'arc', 'cvat', 'hold'}
        Which points of polygons and polylines belong together. ``auto``: those in the same place of the order, unless
        another start, direction or density fits much better; ``index``: only by order, else hold; ``arc``: by share of
        the length from the first point on; ``cvat``: CVAT's rule, for comparison, may cross itself.
    mask : {'hold', 'sdf'}

    Raises
    ------
    InputError
        For a method that is none.

    Examples
    --------
    >>> from annogeo.definitions import Box
    >>> tween(Box(0, 0, 4, 2, "car", angle=350), Box(10, 0, 14, 2, "car", angle=10)).at(0.25)
    Box(left=2.5, top=0, right=6.5, bottom=2, label='car', angle=355)

    Notes
    -----
    Under ``auto``, ``index`` and ``arc`` no polygon comes out that crosses itself where neither end does: where going
    over would, its points go straight, and where that would too, the nearer state holds.
    """
    for name, given, known in (("polygon", polygon, POLYGON_METHODS), ("mask", mask, MASK_METHODS)):
        if given not in known:
            raise InputError(f"{name}: expected one of {', '.join(known)}, got {given!r}")
    between = row_for(before).between
    if between is None or type(before) is not type(after):
        return Tween(before, after)
    return Tween(before, after, between(before, after, Manner(polygon, mask)))
