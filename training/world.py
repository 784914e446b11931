"""The drawn world: what can be in a picture, how it is drawn at any resolution, and how people ask for it.

Everything is vector code: a scene holds positions and sizes as fractions of the side, so one scene gives
the 64x64 base picture and the 256x256 and 1024x1024 targets of the super-resolution stages alike.
"""
import math
from dataclasses import dataclass, field

import cairo
import numpy as np

COLOURS = {
    "red": (220, 38, 38), "orange": (249, 130, 22), "yellow": (250, 204, 21), "green": (34, 160, 70),
    "turquoise": (20, 190, 200), "blue": (37, 90, 235), "purple": (130, 60, 200), "pink": (244, 114, 182),
    "brown": (130, 80, 40), "black": (25, 25, 28), "white": (250, 250, 250), "gray": (140, 144, 150),
}
COLOUR_WORDS = {"turquoise": ["turquoise", "cyan", "teal"], "purple": ["purple", "violet"], "gray": ["gray", "grey"]}
KIND_WORDS = {
    "circle": [("circle", "circles"), ("disc", "discs"), ("ball", "balls")],
    "square": [("square", "squares"), ("box", "boxes")],
    "triangle": [("triangle", "triangles")],
    "star": [("star", "stars")],
    "heart": [("heart", "hearts")],
    "diamond": [("diamond", "diamonds"), ("rhombus", "rhombuses")],
    "ring": [("ring", "rings"), ("donut", "donuts")],
    "cross": [("cross", "crosses"), ("plus sign", "plus signs")],
    "moon": [("moon", "moons"), ("crescent", "crescents")],
    "house": [("house", "houses"), ("hut", "huts"), ("home", "homes")],
    "tree": [("tree", "trees")],
    "fish": [("fish", "fish"), ("fish", "fishes")],
    "boat": [("boat", "boats"), ("sailboat", "sailboats"), ("ship", "ships")],
    "flower": [("flower", "flowers"), ("blossom", "blossoms")],
    "car": [("car", "cars"), ("automobile", "automobiles")],
    "mushroom": [("mushroom", "mushrooms"), ("toadstool", "toadstools")],
    "sword": [("sword", "swords"), ("blade", "blades")],
    "skull": [("skull", "skulls")],
}
KINDS = list(KIND_WORDS)
SIZE_WORDS = {"small": ["small", "little", "tiny"], "large": ["large", "big", "huge"]}
RELATIONS = {
    "left": ["left of", "to the left of", "on the left of", "on the left side of"],
    "right": ["right of", "to the right of", "on the right of", "on the right side of"],
    "above": ["above", "over", "on top of"],
    "below": ["below", "under", "beneath", "underneath"],
}
ITS_SIDE = {"left": ["to its left", "on its left"], "right": ["to its right", "on its right"],
            "above": ["above it", "over it"], "below": ["below it", "under it"]}
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}
NUMBERS = {2: ["two", "2", "a pair of"], 3: ["three", "3"], 4: ["four", "4"]}
# Half extents as a fraction of the side, by how many things share the picture.
RADII = {1: {"small": .15, "medium": .22, "large": .32}, 2: {"small": .12, "medium": .165, "large": .215},
         3: {"small": .11, "medium": .145, "large": .175}, 4: {"small": .105, "medium": .135, "large": .16}}


def _held_out():
    """Combinations never trained on: some (kind, colour) pairs and some pairs of kinds. The evaluation asks for these."""
    rng = np.random.default_rng(20)
    colours = {(k, c) for k in KINDS for c in rng.permutation(list(COLOURS))[:1]}
    pairs = [(a, b) for i, a in enumerate(KINDS) for b in KINDS[i + 1:]]
    chosen = rng.permutation(len(pairs))[:16]
    return colours - {("star", "red"), ("house", "blue")}, {pairs[i] for i in chosen} - {("star", "house")}


HELD_OUT_COLOURS, HELD_OUT_PAIRS = _held_out()


def is_held_out(scene):
    kinds = sorted({o.kind for o in scene.objects}, key=KINDS.index)
    return any((o.kind, o.colour) in HELD_OUT_COLOURS for o in scene.objects) or tuple(kinds) in HELD_OUT_PAIRS


def background_rgb(name):
    r = np.array(COLOURS[name], float)
    return r if name in ("black", "white") else r * .7 + 255 * .3


def contrast(a, b):
    return float(np.abs(np.array(a, float) - np.array(b, float)).sum())


@dataclass
class Thing:
    kind: str
    colour: str
    size: str
    x: float = .5
    y: float = .5
    r: float = .2
    angle: float = 0.


@dataclass
class Scene:
    background: tuple                      # one or two colour names
    objects: list = field(default_factory=list)
    relation: str = None                   # of objects[0] to objects[1]
    horizontal: bool = False               # direction of a gradient


# ---------------------------------------------------------------------------- shapes, in the box [-1, 1], y down

def _poly(c, pts):
    c.move_to(*pts[0])
    for p in pts[1:]:
        c.line_to(*p)
    c.close_path()


def _fill(c, rgb):
    c.set_source_rgb(*[v / 255 for v in rgb])
    c.fill()


def _ellipse(c, x, y, rx, ry):
    c.save(); c.translate(x, y); c.scale(rx, ry); c.new_sub_path(); c.arc(0, 0, 1, 0, 2 * math.pi); c.restore()


def _draw_kind(c, kind, main, dark, light):
    if kind == "circle":
        _ellipse(c, 0, 0, .92, .92); _fill(c, main)
    elif kind == "square":
        c.rectangle(-.82, -.82, 1.64, 1.64); _fill(c, main)
    elif kind == "triangle":
        _poly(c, [(0, -.92), (.98, .82), (-.98, .82)]); _fill(c, main)
    elif kind == "star":
        _poly(c, [(r * math.sin(i * math.pi / 5), -r * math.cos(i * math.pi / 5))
                  for i in range(10) for r in [1.05 if i % 2 == 0 else .43]]); _fill(c, main)
    elif kind == "heart":
        c.move_to(0, .92); c.curve_to(-1.5, -.1, -.85, -1.25, 0, -.45); c.curve_to(.85, -1.25, 1.5, -.1, 0, .92); _fill(c, main)
    elif kind == "diamond":
        _poly(c, [(0, -1.02), (.68, 0), (0, 1.02), (-.68, 0)]); _fill(c, main)
    elif kind == "ring":
        c.set_line_width(.42); c.set_source_rgb(*[v / 255 for v in main]); _ellipse(c, 0, 0, .73, .73); c.stroke()
    elif kind == "cross":
        w = .31
        _poly(c, [(-w, -.92), (w, -.92), (w, -w), (.92, -w), (.92, w), (w, w), (w, .92), (-w, .92), (-w, w), (-.92, w), (-.92, -w), (-w, -w)]); _fill(c, main)
    elif kind == "moon":
        a = .95
        c.new_sub_path(); c.arc(-.05, 0, .95, .25 * math.pi, 1.75 * math.pi)
        c.curve_to(-.1, -.5, -.1, .5, -.05 + .95 * math.cos(.25 * math.pi), .95 * math.sin(.25 * math.pi)); c.close_path(); _fill(c, main)
    elif kind == "house":
        c.rectangle(-.72, -.15, 1.44, 1.07); _fill(c, main)
        _poly(c, [(0, -1), (1, -.1), (-1, -.1)]); _fill(c, dark)
        c.rectangle(-.2, .3, .4, .62); _fill(c, light)
    elif kind == "tree":
        c.rectangle(-.17, .3, .34, .7); _fill(c, dark)
        for x, y, r in ((-.42, .05, .48), (.42, .05, .48), (0, -.42, .58)):
            _ellipse(c, x, y, r, r)
            _fill(c, main)
    elif kind == "fish":
        _poly(c, [(.35, 0), (1.02, -.55), (1.02, .55)]); _fill(c, dark)
        _ellipse(c, -.2, 0, .8, .52); _fill(c, main)
        _ellipse(c, -.58, -.12, .13, .13); _fill(c, light)
    elif kind == "boat":
        _poly(c, [(-1, .35), (1, .35), (.62, .88), (-.62, .88)]); _fill(c, dark)
        c.rectangle(-.06, -.95, .12, 1.3); _fill(c, dark)
        _poly(c, [(.1, -.95), (.1, .22), (.85, .22)]); _fill(c, main)
        _poly(c, [(-.1, -.7), (-.1, .22), (-.7, .22)]); _fill(c, main)
    elif kind == "flower":
        for i in range(6):
            a = i * math.pi / 3 + math.pi / 6
            _ellipse(c, .58 * math.cos(a), .58 * math.sin(a), .37, .37); _fill(c, main)
        _ellipse(c, 0, 0, .36, .36); _fill(c, light)
    elif kind == "car":
        _poly(c, [(-.62, -.1), (-.38, -.6), (.35, -.6), (.62, -.1)]); _fill(c, main)
        _poly(c, [(-.42, -.12), (-.28, -.45), (.26, -.45), (.42, -.12)]); _fill(c, light)
        c.rectangle(-1, -.14, 2, .52); _fill(c, main)
        for x in (-.52, .52):
            _ellipse(c, x, .4, .27, .27); _fill(c, dark)
    elif kind == "mushroom":
        _poly(c, [(-.25, 0), (.25, 0), (.34, .92), (-.34, .92)]); _fill(c, light)
        c.new_sub_path(); c.arc(0, .12, .98, math.pi, 0); c.close_path(); _fill(c, main)
        for x, y, r in ((-.45, -.2, .16), (.08, -.5, .18), (.5, -.14, .14)):
            _ellipse(c, x, y, r, r); _fill(c, light)
    elif kind == "sword":
        _poly(c, [(0, -1.1), (.19, -.8), (.19, .38), (-.19, .38), (-.19, -.8)]); _fill(c, main)
        c.rectangle(-.55, .38, 1.1, .2); _fill(c, dark)
        c.rectangle(-.13, .58, .26, .48); _fill(c, dark)
    elif kind == "skull":
        _ellipse(c, 0, -.2, .85, .76); _fill(c, main)
        c.rectangle(-.45, .3, .9, .62); _fill(c, main)
        for x in (-.36, .36):
            _ellipse(c, x, -.12, .25, .27); _fill(c, dark)
        _poly(c, [(0, .16), (.13, .4), (-.13, .4)]); _fill(c, dark)
        for x in (-.2, .08):
            c.rectangle(x, .6, .12, .32); _fill(c, dark)
    else:
        raise ValueError(kind)


def tones(colour):
    """Main, dark and light tone of an object's colour: the details stay nameable by the one colour."""
    m = np.array(COLOURS[colour], float)
    if colour == "black":
        return m, m + 62, m + 150
    if colour == "white":
        return m, m * .72, m * .86
    return m, m * .62, m * .42 + 255 * .58


def draw(scene, side, window=None):
    """uint8 (side, side, 3). `window` = (x, y, w) as fractions draws that part alone at the same `side`."""
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, side, side)
    c = cairo.Context(surface)
    c.set_antialias(cairo.ANTIALIAS_BEST)
    wx, wy, w = window or (0, 0, 1)
    c.scale(side / w, side / w)
    c.translate(-wx, -wy)
    rgbs = [background_rgb(n) / 255 for n in scene.background]
    if len(rgbs) == 1:
        c.set_source_rgb(*rgbs[0])
    else:
        g = cairo.LinearGradient(0, 0, *((1, 0) if scene.horizontal else (0, 1)))
        g.add_color_stop_rgb(0, *rgbs[0])
        g.add_color_stop_rgb(1, *rgbs[1])
        c.set_source(g)
    c.paint()
    for o in scene.objects:
        c.save()
        c.translate(o.x, o.y)
        c.scale(o.r, o.r)
        c.rotate(o.angle)
        _draw_kind(c, o.kind, *tones(o.colour))
        c.restore()
    a = np.ndarray((side, side, 4), np.uint8, surface.get_data())
    return a[:, :, 2::-1].copy()


def kinds_map(scene, side):
    """int64 (side, side): 0 where there is background, otherwise 1 + the index of the kind."""
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, side, side)
    c = cairo.Context(surface)
    c.set_antialias(cairo.ANTIALIAS_NONE)
    c.scale(side, side)
    for o in scene.objects:
        c.save()
        c.translate(o.x, o.y)
        c.scale(o.r, o.r)
        c.rotate(o.angle)
        label = (KINDS.index(o.kind) + 1,) * 3
        _draw_kind(c, o.kind, label, label, label)
        c.restore()
    return np.ndarray((side, side, 4), np.uint8, surface.get_data())[:, :, 0].astype(np.int64)


# ---------------------------------------------------------------------------- scenes

def _pick(rng, seq):
    return seq[int(rng.integers(len(seq)))]


def _background(rng, things):
    names = list(COLOURS)
    for _ in range(50):
        bg = (_pick(rng, names),) if rng.random() < .7 else tuple(rng.permutation(names)[:2])
        if all(contrast(t, background_rgb(b)) > 120 and t_name != b
               for t_name in things for t in tones(t_name)[:1] for b in bg):
            return bg
    return ("white",) if "white" not in things else ("gray",)


def _place(rng, scene):
    n = len(scene.objects)
    for o in scene.objects:
        o.r = RADII[n][o.size] * rng.uniform(.93, 1.07)
        o.angle = rng.normal(0, .07)
    margin = .02
    for attempt in range(400):
        for o in scene.objects:
            lo = o.r * 1.05 + margin
            if n == 1:
                o.x, o.y = .5 + rng.normal(0, .06), .5 + rng.normal(0, .06)
                o.x, o.y = np.clip(o.x, lo, 1 - lo), np.clip(o.y, lo, 1 - lo)
            else:
                o.x, o.y = rng.uniform(lo, 1 - lo, 2)
        ok = True
        for i in range(n):
            for j in range(i):
                a, b = scene.objects[i], scene.objects[j]
                if max(abs(a.x - b.x), abs(a.y - b.y)) < (a.r + b.r) * 1.03 + margin:
                    ok = False
        if ok and scene.relation:
            a, b = scene.objects[:2]
            dx, dy = a.x - b.x, a.y - b.y
            along, across = (dx, dy) if scene.relation in ("left", "right") else (dy, dx)
            sign = -1 if scene.relation in ("left", "above") else 1
            ok = sign * along > 0 and abs(along) > 1.6 * abs(across)
        if ok:
            return True
    return False


def _size(rng):
    return _pick(rng, ["small", "medium", "medium", "large"])


def random_scene(rng, held_out=False):
    """A scene of the training distribution, or (held_out) one with a combination that is never trained on."""
    names = list(COLOURS)
    while True:
        u = rng.random()
        if u < .27:
            things = [Thing(_pick(rng, KINDS), _pick(rng, names), _size(rng))]
            relation = None
        elif u < .76:
            a, b = Thing(_pick(rng, KINDS), _pick(rng, names), _size(rng)), Thing(_pick(rng, KINDS), _pick(rng, names), _size(rng))
            if a.kind == b.kind and (a.colour == b.colour or rng.random() < .7):
                continue
            things, relation = [a, b], _pick(rng, list(RELATIONS))
        else:
            kind, colour, size = _pick(rng, KINDS), _pick(rng, names), _size(rng)
            things, relation = [Thing(kind, colour, size) for _ in range(_pick(rng, [2, 3, 3, 4, 4]))], None
        scene = Scene(_background(rng, {t.colour for t in things}), things, relation, bool(rng.random() < .5))
        if is_held_out(scene) == held_out and _place(rng, scene):
            return scene


# ---------------------------------------------------------------------------- prompts

def _colour_word(rng, c):
    return _pick(rng, COLOUR_WORDS.get(c, [c])) if rng.random() < .5 else c


def _phrase(rng, t, count=1, p_colour=.85, article=None):
    size = _pick(rng, SIZE_WORDS[t.size]) if t.size in SIZE_WORDS and rng.random() < .75 else ""
    colour = _colour_word(rng, t.colour) if rng.random() < p_colour else ""
    words = KIND_WORDS[t.kind]
    noun = (words[0] if rng.random() < .7 else _pick(rng, words))[0 if count == 1 else 1]
    if colour and rng.random() < .08:
        head, tail = " ".join(w for w in [size, noun] if w), (" that is " if count == 1 else " that are ") + colour
    else:
        head, tail = " ".join(w for w in [size, colour, noun] if w), ""
    if article is None:
        article = _pick(rng, NUMBERS[count]) if count > 1 else (
            "one" if rng.random() < .06 else "an" if head[0] in "aeiou" else "a")
    return f"{article} {head}{tail}".strip()


def _background_phrase(rng, s):
    c = [_colour_word(rng, b) for b in s.background]
    if len(c) == 1:
        art = "an" if c[0][0] in "aeiou" else "a"
        return _pick(rng, [f"on {art} {c[0]} background", f"on {art} {c[0]} background", f"against {art} {c[0]} background",
                           f"with {art} {c[0]} background", f"on {c[0]}", f"in front of {art} {c[0]} background"])
    return _pick(rng, [f"on a background fading from {c[0]} to {c[1]}", f"on a {c[0]} to {c[1]} gradient",
                       f"on a gradient from {c[0]} to {c[1]}", f"with a {c[0]} to {c[1]} gradient background"])


def caption(rng, s):
    """One of the many ways to ask for this scene. What is not said was free, so a model learns that it is free."""
    return described(rng, s)[0]


def described(rng, s):
    """A caption, the things in the order in which it mentions them, and how it says the first stands to the second (None if it does not)."""
    n, told = len(s.objects), None
    mentioned = s.objects[:1]
    p = .9 if rng.random() < .8 else 0.
    if n == 1:
        text = _phrase(rng, s.objects[0], 1, p)
    elif s.relation is None:
        text = _phrase(rng, s.objects[0], n, p)
    else:
        a, b, rel = s.objects[0], s.objects[1], s.relation
        if rng.random() < .5:
            a, b, rel = b, a, OPPOSITE[rel]
        pa, pb = _phrase(rng, a, 1, p), _phrase(rng, b, 1, p)
        u = rng.random()
        mentioned, told = [a, b], rel
        if u < .56:
            text = f"{pa} {_pick(rng, RELATIONS[rel])} {pb}"
        elif u < .66:
            text = f"{pb} with {pa} {_pick(rng, ITS_SIDE[rel])}"
            mentioned, told = [b, a], OPPOSITE[rel]
        elif u < .70 and rel in ("left", "right"):
            text = f"on the left {pa if rel == 'left' else pb}, on the right {pb if rel == 'left' else pa}"
            mentioned, told = [a, b] if rel == "left" else [b, a], "left"
        elif u < .70:
            text = f"{pa} {_pick(rng, RELATIONS[rel])} {pb}"
        else:
            text = f"{pa} and {pb}" if rng.random() < .85 else f"{pa} next to {pb}"
            told = None
    if rng.random() < .55:
        bg = _background_phrase(rng, s)
        text = f"{bg}, {text}" if rng.random() < .12 else f"{text} {bg}" if rng.random() < .8 else f"{text}, {bg}"
    u = rng.random()
    if u < .08:
        text = _pick(rng, ["a picture of ", "an image of ", "a drawing of ", "draw ", "an illustration of ", "show me "]) + text
    return text, mentioned, told
