"""What can be in a picture: the things with their sprites, and the small vocabularies of the world."""
import json
import os
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
# The part of the world that a processor without a GPU learns: the things of small.txt as flat drawings of one colour, without styles and signs, by the first model's networks.
SMALL = os.environ.get("LIMNER_WORLD") == "small"
STYLED, SIGNED = (0, 0) if SMALL else (.58, .15)            # how many scenes have a style, and a sign

COLOURS = {
    "red": (220, 38, 38), "orange": (249, 130, 22), "yellow": (250, 204, 21), "green": (34, 160, 70),
    "turquoise": (20, 190, 200), "blue": (37, 90, 235), "purple": (130, 60, 200), "pink": (244, 114, 182),
    "brown": (130, 80, 40), "black": (25, 25, 28), "white": (250, 250, 250), "gray": (140, 144, 150),
}
SIZES = ["small", "medium", "large"]
SETTINGS = ["plain", "gradient", "meadow", "sea", "desert", "night", "snow", "room", "street", "moon"]
STYLES = ["flat", "watercolour", "oil", "ink", "pixel", "neon", "chalk", "woodcut"]
RELATIONS = ["left", "right", "above", "below", "on", "inside", "front", "riding"]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST, LONGEST = 6, 6                    # things in a scene, letters on a sign


@lru_cache(None)
def table():
    """[(name, category, glyph)]"""
    lines = (FOLDER / "things.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [tuple(line.split("\t")) for line in lines]
    few = (FOLDER / "small.txt").read_text().splitlines()
    return [row for row in rows if row[0] in few] if SMALL else rows


KINDS = [row[0] for row in table()]
CATEGORY = [row[1] for row in table()]
OF = {c: [i for i, x in enumerate(CATEGORY) if x == c] for c in sorted(set(CATEGORY))}
FORBIDDEN = {k: "violence" for k in ("sword", "dagger", "pistol", "bomb", "skull") if k in KINDS}
RIDERS = OF.get("people", [])
MOUNTS = [KINDS.index(k) for k in (
    "horse", "cow", "tiger", "lion", "elephant", "camel", "giraffe", "zebra", "rhinoceros", "hippopotamus", "deer", "unicorn", "llama", "dinosaur", "turtle",
    "pig", "dragon", "crocodile", "kangaroo", "whale", "dolphin", "shark", "snail", "bicycle", "motorcycle", "rocket", "skateboard", "sled", "tractor") if k in KINDS]
CONTAINERS = [KINDS.index(k) for k in (
    "circle", "square", "heart", "diamond", "ring", "house", "tent", "bathtub", "television", "window", "door", "castle", "bus", "package", "boat", "crystal ball",
    "moon", "full moon", "cloud", "suitcase", "trash can", "bucket", "flower", "star", "balloon", "laptop", "egg", "book") if k in KINDS]


@lru_cache(None)
def sprites():
    """[(sprite's file, kind, mean RGB)]"""
    means = json.loads((FOLDER / "sprite_means.json").read_text())
    # Our own drawings: of the first world's kinds the first sprite, of others the flat one.
    own = {f"{k}.flat" if f"{k}.flat" in means else f"{k}.0" for k in KINDS}
    return [(name, KINDS.index(name.rsplit(".", 1)[0]), mean) for name, mean in means.items()
            if name.rsplit(".", 1)[0] in KINDS and (name in own if SMALL else not name.endswith(".flat"))]


@lru_cache(None)
def variants():
    """Kind to the numbers of its sprites."""
    found = [[] for _ in KINDS]
    for i, (_, kind, _) in enumerate(sprites()):
        found[kind].append(i)
    return found
