"""Left and right of poses in a mirror: which joint is which afterwards. Layer: ops.

What was the left eye is the right eye of the mirrored person. A joint keeps its place in the template: the joint
called left_eye gets the place (and the attributes) of the one that was right_eye.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from annogeo.definitions import Pose
from annogeo.definitions.checks import describe
from annogeo.errors import InputError

Partner = Callable[[str], str | None]

_WORD = re.compile(r"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(left|right)(?![a-z])", re.IGNORECASE)
_START, _END = re.compile(r"^(left|right)", re.IGNORECASE), re.compile(r"(left|right)$", re.IGNORECASE)
_LETTER = re.compile(r"(?<![A-Za-z])([lr])(?![a-z])", re.IGNORECASE)
_FIRST, _LAST = re.compile(r"^([lr])", re.IGNORECASE), re.compile(r"([lr])$", re.IGNORECASE)
_SWAPPED = {"left": "right", "right": "left", "l": "r", "r": "l"}


class FlipPairs:
    """Which joints change places in a mirror: what the caller says, else what their names say.

    Parameters
    ----------
    given : mapping or sequence of pairs, optional
        Of joint names, or of indices into a template; an empty one: none does. None: a name with the word left or right
        has a partner with the other (``left_eye``, ``Right eye``, ``eyeLeft``), and so has one with the letters l or
        r (``l_hip``, ``rsho``, ``HipL``) if the partner is there.

    Examples
    --------
    >>> FlipPairs().partner(["nose", "lsho", "rsho"])("rsho")
    'lsho'
    >>> FlipPairs([("nose", "tail")]).partner([])("tail")
    'nose'
    """

    def __init__(self, given: Any = None) -> None:
        self.is_given = given is not None
        self.names: dict[str, str] = {}
        self.indices: dict[int, int] = {}
        for a, b in _checked(given):
            pairs: dict[Any, Any] = self.names if isinstance(a, str) else self.indices
            for one, other in ((a, b), (b, a)):
                if pairs.setdefault(one, other) != other:
                    raise InputError(f"flip_pairs: {one!r} is paired with {pairs[one]!r} and with {other!r}")

    def partner(self, names: Collection[str], template: Sequence[str] = ()) -> Partner:
        """Return the function that gives a joint's partner; None: it stays.

        Parameters
        ----------
        names : collection of str
            Of all joints there are.
        template : sequence of str
            The names in a template's order, which indices refer to.
        """
        if not self.is_given:
            return lambda name: partner_name(name, names)
        n = len(template)
        by_index = {template[a]: template[b] for a, b in self.indices.items() if a < n and b < n}
        return (by_index | self.names).get


def partner_name(name: str, names: Collection[str]) -> str | None:
    """Return the name of the joint on the other side, None for one in the middle.

    Examples
    --------
    >>> partner_name("Left eye", []), partner_name("brightness", []), partner_name("r_hip", ["l_hip"])
    ('Right eye', None, 'l_hip')
    >>> partner_name("r_hip", [])
    """
    if _WORD.search(name):
        return _WORD.sub(_swap, name)
    for pattern in (_LETTER, _START, _END, _FIRST, _LAST):
        other = pattern.sub(_swap, name)
        if other != name and other in names:
            return other
    return None


def mirrored_pose(pose: Pose, pairs: FlipPairs, template: Sequence[str] = ()) -> Pose | None:
    """Return a mapped pose with left and right exchanged; None if nothing tells them apart.

    Examples
    --------
    >>> from annogeo.definitions import Point
    >>> eyes = Pose("face", "t", "1", points=[Point(9, 0, "left_eye"), Point(2, 0, "right_eye")])
    >>> mirrored_pose(eyes, FlipPairs()).points
    [Point(x=2, y=0, label='left_eye'), Point(x=9, y=0, label='right_eye')]
    """
    joints = pose.points
    order = {joint.label: index for index, joint in enumerate(joints)}
    partner = pairs.partner({*order, *template}, template)
    swapped = list(joints)
    is_known = False
    for index, joint in enumerate(joints):
        at_index = pairs.indices.get(index)
        name = partner(joint.label)
        if not template and at_index is not None and at_index < len(joints):
            swapped[at_index] = joint.replace(label=joints[at_index].label)
        elif name is not None:
            swapped[order.get(name, index)] = joint.replace(label=name)
        else:
            continue
        is_known = True
    return pose.replace(points=swapped) if is_known else None


def _swap(match: re.Match[str]) -> str:
    """Exchange left and right (l and r), in the same case."""
    word = match.group(1)
    other = _SWAPPED[word.lower()]
    if word.isupper():
        return other.upper()
    return other.capitalize() if word[0].isupper() else other


def _checked(given: Any) -> Iterable[tuple[Any, Any]]:
    if given is None:
        return []
    pairs = list(given.items() if isinstance(given, Mapping) else given) if _is_list(given) else [given]
    checked = []
    for pair in pairs:
        two = list(pair) if _is_list(pair) and not isinstance(pair, Mapping) else []
        kinds = {type(one) for one in two}
        if len(two) != 2 or kinds not in ({str}, {int}) or (kinds == {int} and min(two) < 0):
            raise InputError(
                f"flip_pairs: expected pairs of joint names or of indices, got {describe(pair)}",
                hint='for instance [("left_eye", "right_eye")]',
            )
        checked.append((two[0], two[1]))
    return checked


def _is_list(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)
