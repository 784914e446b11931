"""Scenes with one thing changed, so that a pair can be told apart by that alone."""
import copy

import numpy as np

import scenes
from scenes import NAMES, OPPOSITE
from things import LETTERS, SETTINGS, STYLED, STYLES
from words import HELD_OUT_WORDS


def mutate(rng, scene):
    for _ in range(30):
        s = copy.deepcopy(scene)
        if _change(rng, s) and not scenes.is_held_out(s):
            return s
    return scenes.random_scene(rng)


def _change(rng, s):
    what, pick = int(rng.integers(9)), lambda seq: seq[int(rng.integers(len(seq)))]
    if what == 0 and s.things:
        colour, of = int(rng.integers(len(NAMES))), s.things if s.equal else [pick(s.things)]
        for t in of:
            t.colour = colour
        return s.setting > 1 or all(np.abs(scenes.RGB[colour] - scenes.background_rgb(b)).sum() > 120 for b in s.background)
    if what == 1 and s.things:
        new = scenes.new_thing(rng)
        for t in (s.things if s.equal else [pick(s.things)]):
            t.kind, t.sprite = new.kind, new.sprite
            if t.colour < 0 and new.colour >= 0:
                t.colour = new.colour
        return True
    if what == 2 and len(s.things) == 2 and s.things[0].colour != s.things[1].colour and not s.equal:
        a, b = s.things
        a.colour, b.colour = b.colour, a.colour
        return all(t.colour >= 0 or t.kind not in scenes.COLOURLESS for t in s.things)
    if what in (3, 4) and len(s.things) == 2 and s.relation:
        a, b = s.things
        if s.relation in OPPOSITE:
            a.x, a.y, b.x, b.y = b.x, b.y, a.x, a.y
            s.relation = OPPOSITE[s.relation]
            return all(t.r < t.x < 1 - t.r and t.r < t.y < 1 - t.r for t in s.things)
        s.things = [b, a]
        a.size, b.size = b.size, a.size
        return scenes.place(rng, s)
    if what == 5 and s.equal:
        if len(s.things) > 2 and rng.random() < .5:
            s.things.pop()
            return True
        if len(s.things) < 6:
            s.things.append(copy.deepcopy(s.things[0]))
            return scenes.place(rng, s)
    if what == 6:
        before, s.setting = s.setting, int(rng.integers(len(SETTINGS)))
        if s.setting < 2:
            s.background = scenes.choose_background(rng, s)
        return s.setting != before
    if what == 7 and STYLED:
        before, s.styles = tuple(s.styles), (int(rng.integers(len(STYLES))),)
        return s.styles != (before or (0,))
    if what == 8 and s.word:
        i = int(rng.integers(len(s.word)))
        before, s.word = s.word, s.word[:i] + pick(LETTERS) + s.word[i + 1:]
        return s.word != before and s.word not in HELD_OUT_WORDS
    return False
