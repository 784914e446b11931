"""Random scenes: what is in a picture, where, in which colours, setting and style; and the combinations that training never shows."""
import zlib
from dataclasses import dataclass, field

import numpy as np

from words import HELD_OUT_WORDS, vocabulary
from things import (CATEGORY, COLOURS, CONTAINERS, KINDS, LETTERS, LONGEST, MOST, MOUNTS, RIDERS, SETTINGS, SIGNED, SIZES, SMALL, STYLED, STYLES, sprites, variants)

NAMES = list(COLOURS)
RGB = np.array(list(COLOURS.values()), float)
# Half extents as a fraction of the side, by how many things share the picture.
RADII = {1: (.2, .29, .38), 2: (.15, .195, .235), 3: (.135, .165, .19), 4: (.125, .15, .17), 5: (.115, .13, .145), 6: (.11, .122, .135)}
SHAPES = {i for i, c in enumerate(CATEGORY) if c == "shape"}
COLOURLESS = set(range(len(KINDS))) if SMALL else SHAPES    # kinds that have no colour by nature
TOUCHING = ["on", "inside", "front", *(["riding"] if RIDERS else [])]
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}
# Board and letters of a sign
SCHEMES = [("white", "black"), ("yellow", "black"), ("green", "white"), ("blue", "white"), ("red", "white"), ("brown", "white"), ("black", "white"), ("white", "red")]


@dataclass
class Thing:
    kind: int
    colour: int                                       # -1: as it is by nature
    size: int
    x: float = .5
    y: float = .5
    r: float = .2
    flip: bool = False
    angle: float = 0.
    sprite: int = 0


@dataclass
class Scene:
    things: list = field(default_factory=list)        # the last is drawn last
    relation: str = None                              # of things[0] to things[1]
    setting: int = 0
    background: tuple = (10,)                         # colours of a plain one or a gradient
    horizontal: bool = False
    styles: tuple = ()
    word: str = ""
    sign: tuple = (.5, .5, .1, 0, False)              # x, y, distance of the letters, scheme, on a post
    seed: int = 0

    @property
    def equal(self):
        return len(self.things) > 1 and self.relation is None and len({(t.kind, t.colour) for t in self.things}) == 1


def _one_in(n, *what):
    return zlib.crc32(repr(what).encode()) % n == 0


def held_out_colour(kind, colour):
    return _one_in(12, "colour", KINDS[kind], NAMES[colour])


def held_out_pair(a, b):
    return a != b and _one_in(10, "pair", *sorted((KINDS[a], KINDS[b])))


def held_out_style(kind, style):
    return style > 0 and _one_in(12, "style", KINDS[kind], STYLES[style])


def held_out_setting(kind, setting):
    return setting > 1 and _one_in(12, "setting", KINDS[kind], SETTINGS[setting])


def is_held_out(s):
    kinds = [t.kind for t in s.things]
    return (any(t.colour >= 0 and t.kind not in SHAPES and held_out_colour(t.kind, t.colour) for t in s.things)
            or any(held_out_pair(a, b) for i, a in enumerate(kinds) for b in kinds[:i])
            or any(held_out_style(k, x) for k in kinds for x in s.styles) or any(held_out_setting(k, s.setting) for k in kinds))


def random_word(rng):
    """A known word, something like a word, or mere letters; never one that the evaluation asks for."""
    while True:
        word = _random_word(rng)
        if word not in HELD_OUT_WORDS:
            return word


def _random_word(rng):
    if rng.random() < .45:
        return _pick(rng, vocabulary())
    if rng.random() < .25:
        return "".join(LETTERS[i] for i in rng.integers(26, size=int(rng.integers(1, LONGEST + 1))))
    consonants, vowels, n = "BCDFGHJKLMNPRSTVWZ", "AEIOUY", int(rng.integers(2, LONGEST + 1))
    start = int(rng.integers(2))
    return "".join((vowels if (i + start) % 2 else consonants)[int(rng.integers(6 if (i + start) % 2 else 18))] for i in range(n))


def background_rgb(colour):
    return RGB[colour] if NAMES[colour] in ("black", "white") else RGB[colour] * .7 + 255 * .3


def rgb(t):
    return np.array(sprites()[t.sprite][2]) if t.colour < 0 else RGB[t.colour]


def _pick(rng, seq):
    return seq[int(rng.integers(len(seq)))]


def new_thing(rng, kind=None, p_colour=.45):
    kind = int(rng.integers(len(KINDS))) if kind is None else int(kind)
    colour = int(rng.integers(len(NAMES))) if kind in COLOURLESS or rng.random() < p_colour else -1
    sprite = _pick(rng, variants()[kind])
    if colour < 0 and sprites()[sprite][0].endswith(".0") and len(variants()[kind]) + (kind in COLOURLESS) > 1:
        sprite = variants()[kind][-1]                 # our own drawings are grey by nature: the glyph is the natural one
    if colour < 0 and KINDS[kind] in ("sword",):
        colour = NAMES.index("gray")
    return Thing(kind, colour, int(_pick(rng, [0, 1, 1, 2])), flip=bool(rng.random() < .5), sprite=sprite)


def choose_background(rng, scene):
    seen = [rgb(t) for t in scene.things]
    for _ in range(40):
        chosen = (int(rng.integers(12)),) if scene.setting == 0 else tuple(int(i) for i in rng.permutation(12)[:2])
        if all(np.abs(s - background_rgb(b)).sum() > 120 and t.colour != b for s, t in zip(seen, scene.things) for b in chosen):
            return chosen
    return (NAMES.index("white"),) * (1 if scene.setting == 0 else 2)


def _apart(things, margin=.015):
    return all(max(abs(a.x - b.x), abs(a.y - b.y)) > (a.r + b.r) * .95 + margin for i, a in enumerate(things) for b in things[:i])


def place(rng, s):
    """Sets places and extents; False if the things do not fit."""
    n = len(s.things)
    for t in s.things:
        t.r = RADII[n][t.size] * rng.uniform(.94, 1.06)
        t.angle = rng.normal(0, .06)
    if s.word:
        return _place_sign(rng, s)
    if s.relation in ("on", "inside", "front", "riding"):
        return _place_touching(rng, s)
    for _ in range(300):
        for t in s.things:
            lo = t.r + .01
            if n == 1:
                t.x, t.y = np.clip(.5 + rng.normal(0, .08, 2), lo, 1 - lo)
            else:
                t.x, t.y = rng.uniform(lo, 1 - lo, 2)
        ok = _apart(s.things)
        if ok and s.relation:
            a, b = s.things[:2]
            dx, dy = a.x - b.x, a.y - b.y
            along, across = (dx, dy) if s.relation in ("left", "right") else (dy, dx)
            ok = (along < 0) == (s.relation in ("left", "above")) and abs(along) > 1.5 * abs(across)
        if ok:
            return True
    return False


def _place_touching(rng, s):
    a, b = s.things[:2]
    if s.relation == "on":
        a.r, b.r = rng.uniform(.13, .18), rng.uniform(.17, .24)
        b.x, b.y = rng.uniform(.32, .68), rng.uniform(.64, .74)
        a.x, a.y = b.x + rng.normal(0, .02), b.y - b.r - a.r * .86
    elif s.relation == "riding":
        a.r, b.r = rng.uniform(.16, .2), rng.uniform(.22, .28)
        b.x, b.y = rng.uniform(.36, .64), rng.uniform(.62, .7)
        a.x, a.y = b.x + rng.normal(0, .02), b.y - b.r * .62 - a.r * .62
    elif s.relation == "inside":
        b.r = rng.uniform(.3, .38)
        a.r = b.r * rng.uniform(.4, .48)
        b.x, b.y = .5 + rng.normal(0, .05, 2)
        a.x, a.y = b.x + rng.normal(0, .01), b.y + b.r * .08
    else:
        b.r, a.r = rng.uniform(.24, .3), rng.uniform(.17, .21)
        b.x, b.y = rng.uniform(.38, .62), rng.uniform(.36, .46)
        a.x, a.y = b.x + _pick(rng, [-1, 1]) * b.r * rng.uniform(.3, .6), b.y + b.r * rng.uniform(.75, .95)
    return all(t.r < t.x < 1 - t.r and t.r < t.y < 1 - t.r for t in (a, b))


def _place_sign(rng, s):
    n = len(s.word)
    pitch = min(rng.uniform(.125, .17), .86 / (n + .9))
    half = pitch * (n + .9) / 2
    x = float(np.clip(.5 + rng.normal(0, .1), half + .01, .99 - half))
    y = rng.uniform(.25, .75) if not s.things else _pick(rng, [rng.uniform(.16, .26), rng.uniform(.74, .84)])
    s.sign = (x, float(y), float(pitch), int(rng.integers(len(SCHEMES))), bool(rng.random() < .5))
    for t in s.things:
        t.r = (.14, .18, .23)[t.size] * rng.uniform(.94, 1.06)
        t.x, t.y = rng.uniform(.3, .7), .67 if y < .5 else .33
    return True


def equal_things(rng, kind, colour, n):
    first = new_thing(rng, kind)
    if colour is not None:
        first.colour = colour
    return [Thing(first.kind, first.colour, first.size, flip=first.flip, sprite=first.sprite) for _ in range(n)]


def _compose(rng):
    u = rng.random() * .85 / (1 - SIGNED)
    if u < .27:
        return Scene([new_thing(rng)])
    if u < .50:
        return Scene([new_thing(rng), new_thing(rng)], _pick(rng, ["left", "right", "above", "below"]))
    if u < .62:
        relation = _pick(rng, TOUCHING)
        a = new_thing(rng, _pick(rng, RIDERS) if relation == "riding" and rng.random() < .7 else None)
        b = new_thing(rng, _pick(rng, MOUNTS if relation == "riding" else CONTAINERS) if relation in ("riding", "inside") else None)
        return Scene([a, b], relation)
    if u < .79:
        return Scene(equal_things(rng, None, None, int(_pick(rng, [2, 3, 3, 4, 4, 5, 5, 6, 6]))))
    if u < .85:
        return Scene([new_thing(rng) for _ in range(int(rng.integers(3, 5)))])
    return Scene([] if rng.random() < .35 else [new_thing(rng)], word=random_word(rng))


def dress(rng, s):
    """Setting, background and styles."""
    s.setting = 0 if rng.random() < .45 else 1 if rng.random() < .15 else int(rng.integers(2, len(SETTINGS)))
    s.styles = () if rng.random() < 1 - STYLED else (int(rng.integers(len(STYLES))),)
    if s.styles and rng.random() < .12:
        s.styles = tuple(int(i) for i in rng.permutation(np.arange(1, len(STYLES)))[:2])
    if s.setting < 2:
        s.background, s.horizontal = choose_background(rng, s), bool(rng.random() < .5)
    s.seed = int(rng.integers(1 << 20))
    return s


def random_scene(rng, held_out=False):
    """A scene of the training distribution, or (held_out) one with a combination that is never trained on."""
    while True:
        s = _compose(rng)
        kinds = [t.kind for t in s.things]
        if s.relation and kinds[0] == kinds[1] and (s.things[0].colour == s.things[1].colour or rng.random() < .6):
            continue
        if not s.equal and s.relation is None and len(set(kinds)) < len(kinds):
            continue
        if is_held_out(dress(rng, s)) == held_out and place(rng, s):
            return s


def crowd(rng):
    """Four to six different things, no two of them a combination that training never shows."""
    while True:
        s = Scene()
        for _ in range(int(rng.integers(4, MOST + 1))):
            thing = new_thing(rng)
            while thing.kind in {t.kind for t in s.things} or is_held_out(Scene([*s.things, thing])):
                thing = new_thing(rng)
            s.things.append(thing)
        if not is_held_out(dress(rng, s)) and place(rng, s):
            return s


COLUMNS = {"kind": (MOST,), "sprite": (MOST,), "colour": (MOST,), "x": (MOST,), "y": (MOST,), "r": (MOST,), "flip": (MOST,), "angle": (MOST,),
           "setting": (), "background": (2,), "horizontal": (), "styles": (2,), "word": (LONGEST,), "sign": (5,), "seed": ()}


def columns(scenes):
    """The scenes as arrays (N, …), which is what the renderer takes; -1 for what is not there. Things in the order of drawing."""
    n = len(scenes)
    out = {k: np.full((n, *shape), -1, np.float32 if k in ("x", "y", "r", "angle", "sign") else np.int32) for k, shape in COLUMNS.items()}
    for i, s in enumerate(scenes):
        # Whoever rides sits behind the back; whoever is inside or in front is drawn over the other.
        order = s.things[::-1] if s.relation in ("on", "inside", "front") else s.things
        for j, t in enumerate(order):
            for k in ("kind", "sprite", "colour", "x", "y", "r", "flip", "angle"):
                out[k][i, j] = getattr(t, k)
        out["setting"][i], out["horizontal"][i], out["seed"][i], out["sign"][i] = s.setting, s.horizontal, s.seed, s.sign
        out["background"][i] = [s.background[0], s.background[-1]]
        out["styles"][i, :len(s.styles)] = s.styles
        out["word"][i, :len(s.word)] = [LETTERS.index(c) for c in s.word]
    return out
