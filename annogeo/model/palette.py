"""Colours for labels and objects nobody gave one: stable, far apart, never black, white or grey.

Layer: model; importing it loads nothing heavy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b

Rgb = tuple[int, int, int]

# Chosen greedily, each as far as possible from all before: Oklab distance, the least of ordinary, protan, deutan
# and tritan sight (Machado, Oliveira and Fernandes 2009, severity 1), lightness .48 to .90, chroma above .085.
PALETTE: tuple[Rgb, ...] = tuple(
    (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
    for digits in (
        "0078ff 87ff00 d20000 e1c3ff 96b469 784b87 c378b4 78a5ff 9600c3 0f8769 b4e1a5 0f2dff 87d200 c37800 f096b4 "
        "965ac3 e13c69 5a692d ff69e1 2dffe1 d29600 c34b96 a51e69 d2c378 0fa5d2 ff4b87 5ae1d2 00c3b4 a5f078 c31ea5 "
        "d22de1 b4b4ff"
    ).split()
)
_SHIFT = 9  # a colour keeps within +-4 of its palette entry, so that labels that share one still differ


def label_color(label: str) -> Rgb:
    """Return the colour of a label: the same on every machine and in every run.

    Examples
    --------
    >>> label_color("car") == label_color("car") != label_color("bus")
    True
    """
    return _from_hash(label, 0)


def object_color(object_id: int) -> Rgb:
    """Return the colour of an object id; neighbouring ids get colours far apart.

    Examples
    --------
    >>> object_color(0) == PALETTE[0]
    True
    """
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
    return next(different, label_color(label))


def _from_hash(label: str, attempt: int) -> Rgb:
    number = int.from_bytes(_digest(label if attempt == 0 else f"{label}\0{attempt}"), "big")
    number, entry = divmod(number, len(PALETTE))
    return _near(PALETTE[entry], number)


def _near(color: Rgb, number: int) -> Rgb:
    shifted = []
    for channel in color:
        number, step = divmod(number, _SHIFT)
        shifted.append(min(max(channel, _SHIFT // 2), 255 - _SHIFT // 2) + step - _SHIFT // 2)
    return shifted[0], shifted[1], shifted[2]


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _distance(a: Rgb, b: Rgb) -> int:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))
