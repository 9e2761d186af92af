"""Colours for labels and objects nobody gave one: stable, far apart, never black, white or grey.

Layer: model; importing it loads nothing heavy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from annogeo.colors import Color

Rgb = tuple[int, int, int]

# Chosen greedily from all colours on a grid of 17, each as far as possible from all before: the lesser of CIEDE2000
# and 125 times the Oklab distance, each the least of ordinary, protan, deutan and tritan sight (Machado, Oliveira and
# Fernandes 2009, severity 1). Lightness L* 38 to 88 and chroma above 42, so that a colour shows on dark and on light
# pictures and is never taken for grey. The least CIEDE2000 difference is 14.5 among the first 8, 11.2 among 12, 8.4
# among 16, 6.6 among 24, 5.4 among 32 and 3.4 among all 64; 2.3 is just noticeable. Of seven colours of Okabe and Ito
# it is 11.6, of the first six of matplotlib 1.3.
PALETTE: tuple[Rgb, ...] = tuple(
    (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
    for digits in (
        "ff3366 6611ff ffbbff 22ff00 7788ff aa1177 775511 ff88aa bb66aa 668800 88bb00 aaee99 6666dd 339966 aa44aa "
        "dd99dd 00bb99 aacc66 bb2244 cc3388 44ddcc cc77cc 889911 9900bb bb99ff 66dd00 aa4466 ff6688 cc6688 ddaaff "
        "aaaa55 886600 88cc88 7777dd ccdd66 88eebb 007744 ff22aa dd11cc 774499 8800dd bb4455 9933ff 559944 33ccbb "
        "88dd88 88aa22 00aa66 66cc44 ee44ff dd77bb ee1133 1177bb 884488 bb4499 cc2233 ff99bb 55eedd ff7799 dd88cc "
        "4499dd bb44ff cc66bb dd7777"
    ).split()
)
_SHIFT = 9  # a colour keeps within +-4 of its palette entry, so that labels that share one still differ
# Of 60,000 the one that keeps the labels of Cityscapes, those of Pascal VOC, and the usual ones of traffic (car,
# person, truck, bus ...) furthest apart; other labels fall as they fall.
_SALT = (23193).to_bytes(4, "big")


def label_color(label: str, palette: Sequence[Color] | None = None) -> Color:
    """Return the colour of a label: the same on every machine and in every run, whatever other labels there are.

    Parameters
    ----------
    label : str
    palette : sequence of colours, optional
        One of these instead of the built-in ones.

    Notes
    -----
    The label's hash chooses. Of n labels two share a palette entry with a probability of about n (n - 1) / 128: 20 %
    for 6 labels, 50 % for 10; they then differ by a few steps of red, green or blue only. An ontology, or
    `assign_colors`, gives each its own.

    Examples
    --------
    >>> label_color("car") == label_color("car") != label_color("bus")
    True
    >>> label_color("car", [(1, 2, 3)])
    (1, 2, 3)
    """
    if palette is not None:
        return palette[_hashed(label) % len(palette)]
    return _from_hash(label, 0)


def object_color(object_id: int, palette: Sequence[Color] | None = None) -> Color:
    """Return the colour of an object id; neighbouring ids get colours far apart.

    Examples
    --------
    >>> object_color(0) == PALETTE[0]
    True
    >>> object_color(3, [(1, 2, 3), (4, 5, 6)])
    (4, 5, 6)
    """
    if palette is not None:
        return palette[int(object_id) % len(palette)]
    round_, entry = divmod(abs(int(object_id)), len(PALETTE))
    # 247 shares no factor with 9 ** 3, so that the shifts repeat after 729 rounds only
    return _near(PALETTE[entry], 247 * round_) if round_ else PALETTE[entry]


def assign_colors(labels: Iterable[str], taken: Collection[Rgb] = ()) -> dict[str, Rgb]:
    """Give each label its own colour, moving those that would look like an earlier one.

    Parameters
    ----------
    labels : iterable of str
        In this order; the first keeps its `label_color`.
    taken : collection of colours
        Colours in use already.

    Examples
    --------
    >>> colors = assign_colors(str(i) for i in range(20))
    >>> len(set(colors.values()))
    20
    """
    used = {(color[0], color[1], color[2]) for color in taken}
    colors: dict[str, Rgb] = {}
    for label in labels:
        if label not in colors:
            colors[label] = _free_color(label, used)
            used.add(colors[label])
    return colors


def _free_color(label: str, used: set[Rgb]) -> Rgb:
    tries = range(4 * len(PALETTE))
    if len(used) < len(PALETTE):  # beyond that the palette is full, and being different has to do
        for attempt in tries:
            color = _from_hash(label, attempt)
            if all(_distance(color, other) > 4 * _SHIFT for other in used):
                return color
    different = (color for attempt in tries if (color := _from_hash(label, attempt)) not in used)
    return next(different, _from_hash(label, 0))


@lru_cache(maxsize=4096)  # the same few labels are coloured in picture after picture
def _from_hash(label: str, attempt: int) -> Rgb:
    number = _hashed(label if attempt == 0 else f"{label}\0{attempt}")
    number, entry = divmod(number, len(PALETTE))
    return _near(PALETTE[entry], number)


def _near(color: Rgb, number: int) -> Rgb:
    shifted = []
    for channel in color:
        number, step = divmod(number, _SHIFT)
        shifted.append(min(max(channel, _SHIFT // 2), 255 - _SHIFT // 2) + step - _SHIFT // 2)
    return shifted[0], shifted[1], shifted[2]


def _hashed(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, salt=_SALT)
    return int.from_bytes(digest.digest(), "big")


def _distance(a: Rgb, b: Rgb) -> int:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))
