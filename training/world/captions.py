"""What one may ask for to get a scene, and what the words tell: the answers that the text tower must be able to give.

What is not said was free, so a model learns that it is free."""
import numpy as np

import languages
from languages import GRAMMARS, LANGUAGES
from scenes import NAMES, OPPOSITE
from things import KINDS, LETTERS, LONGEST, RELATIONS, SETTINGS, SIGNED, SIZES, STYLED, STYLES

# kind, colour, size of what is mentioned first and second, then of the left or upper thing and of the other (or of who is on, in, before, and of the other);
# relation, number, setting, colours of the ground, two styles, the letters, their number
CHOICES = ([len(KINDS), len(NAMES) + 1, 3] * 4 + [len(RELATIONS) + 1, 8, len(SETTINGS) + 1, len(NAMES) + 1, len(NAMES) + 1]
           + ([len(STYLES) + 1] * 2 if STYLED else []) + ([27] * LONGEST if SIGNED else []))


def _pick(rng, seq):
    return seq[int(rng.integers(len(seq)))]


class Said:
    """How one thing is asked for: which of its attributes are mentioned."""
    def __init__(self, rng, language, t, count, p_colour, canonical=False):
        known = languages.names()[language][KINDS[t.kind]]
        self.noun = known[0] if canonical or rng.random() < .65 else _pick(rng, known)
        self.colour = t.colour if t.colour >= 0 and rng.random() < p_colour else None
        self.size = {0: 0, 2: 1}.get(t.size) if rng.random() < (0 if canonical else .45) else None
        self.kind, self.count, self.grammar = t.kind, count, GRAMMARS[language]

    def text(self, case=0):
        return self.grammar.thing(self.noun, self.colour, self.size, self.count, case)

    def facts(self):
        return [self.kind, len(NAMES) if self.colour is None else self.colour, 1 if self.size is None else 2 * self.size]


def fill(template, **parts):
    out = template
    for key, value in parts.items():
        out = out.replace("{" + key + "}", value)
    return out


def ground(rng, g, s, canonical):
    """The words for setting and background, and what they tell."""
    if s.setting >= 2:
        options = g.settings[SETTINGS[s.setting]].split("|")
        return options[0] if canonical else _pick(rng, options), [s.setting, len(NAMES), len(NAMES)]
    c, d = s.background[0], s.background[-1]
    stems = getattr(g, "stems", None)
    plain = (lambda i: stems[i]) if stems else (lambda i: g.colours[i][0])
    neuter = lambda i: g.colours[i][min(2, len(g.colours[i]) - 1)]
    german = (lambda i: stems[i] + ("" if stems[i] in ("lila", "rosa", "orange") else "em")) if isinstance(g, languages.German) else neuter
    options = (g.plain if s.setting == 0 else g.fading).split("|")
    text = fill(options[0] if canonical else _pick(rng, options), c=g.colours[c][-1], d=g.colours[d][-1], c0=plain(c), d0=plain(d), c2=german(c))
    return text.replace("a orange", "an orange"), [s.setting, c, d]


def manner(rng, g, s, canonical):
    options = [g.styles[STYLES[x]].split("|") for x in s.styles]
    chosen = [o[0] if canonical else _pick(rng, o) for o in options]
    return chosen[0] if len(chosen) == 1 else fill(g.blend, s=chosen[0], t=chosen[1])


def described(rng, s, language="en", canonical=False):
    """A prompt for the scene and the answers to the questions (CHOICES), -1 where there is nothing to ask."""
    g = GRAMMARS[language]
    say = lambda p: canonical or rng.random() < p
    p_colour = 1. if canonical else .92 if rng.random() < .85 else 0.
    relation, order, first, second = len(RELATIONS), [], None, None
    number = 0 if not s.things else len(s.things) if s.equal or len(s.things) == 1 else 7
    if s.equal or len(s.things) == 1:
        order = [Said(rng, language, s.things[0], len(s.things), p_colour, canonical)]
        text = order[0].text()
    elif s.things:
        things, rel = list(s.things), s.relation
        if rel in OPPOSITE and not canonical and rng.random() < .5:
            things, rel = things[1::-1], OPPOSITE[rel]
        order = [Said(rng, language, t, 1, p_colour, canonical) for t in things]
        told = rel is not None and (rel not in OPPOSITE or say(.72))
        if len(order) > 2:
            text, order = listed(rng, g, order)
        else:
            a, b = order
            options = g.relations[rel if told else "and"].split("|")
            text = fill(options[0] if canonical else _pick(rng, options), a=a.text(), b=b.text(), d=b.text(1), d2=a.text(1))
            if told:
                relation = RELATIONS.index(rel)
                first, second = (b, a) if rel in ("right", "below") else (a, b)
            if text.find(b.noun) < text.find(a.noun):
                order = [b, a]
                if told and rel in OPPOSITE:
                    relation = RELATIONS.index(OPPOSITE[rel])                  # of what is mentioned first to the other
    else:
        text = ""
    if s.word:
        options = g.sign.split("|")
        word = s.word if canonical or rng.random() < .7 else s.word.lower()
        sign = fill(options[0] if canonical else _pick(rng, options), w=word)
        options = g.with_sign.split("|")
        text = fill(options[0] if canonical else _pick(rng, options), a=text, s=sign, sd=sign.replace("ein Schild", "einem Schild").replace("ein Banner", "einem Banner")) if text else sign
    told_ground = [len(SETTINGS), len(NAMES), len(NAMES)]
    scenic = s.setting >= 2
    if say(.75 if scenic else .4) and (not canonical or scenic or s.setting == 1):
        where, told_ground = ground(rng, g, s, canonical)
        front = isinstance(g, languages.Unspaced) or (not canonical and rng.random() < .12)
        comma = "" if g.space == "" else ", "
        if g.space == "" and isinstance(g, languages.Japanese):
            text = where + text
        elif g.space == "":
            text = text + ("，" if not canonical and rng.random() < .3 else "") + where
        else:
            text = where + comma + text if front else text + (" " if canonical or rng.random() < .75 else ", ") + where
    styles = [len(STYLES), len(STYLES)]
    if s.styles and say(.93):
        how = manner(rng, g, s, canonical)
        styles = [s.styles[0], s.styles[-1] if len(s.styles) > 1 else len(STYLES)]
        separator = "，" if g.space == "" else ", "
        text = how + separator + text if not canonical and rng.random() < .2 else text + (separator if canonical or rng.random() < .7 else g.space or separator) + how
    elif g.leads and not canonical and rng.random() < .08:
        text = _pick(rng, g.leads.split("|")) + text
    nobody = [-1, -1, -1]
    facts = lambda o: o.facts() if o else nobody
    mentioned = facts(order[0] if order else None) + facts(order[1] if len(order) > 1 else None)
    letters = ([LETTERS.index(c) for c in s.word] + [26] * (LONGEST - len(s.word)) if s.word else [-1] * LONGEST) if SIGNED else []
    if len(order) > 2:
        number = 7
    told = mentioned + facts(first) + facts(second) + [relation if len(s.things) == 2 else -1, number, *told_ground, *(styles if STYLED else []), *letters]
    return text.strip(), np.array(told, np.int16)


def listed(rng, g, order):
    """Three and more things."""
    comma, last = ("、", "、") if isinstance(g, languages.Japanese) else ("、", "和") if g.space == "" else (", ", {"English": " and ", "German": " und ", "French": " et ", "Spanish": " y ", "Italian": " e ", "Portuguese": " e ",
                                                                                                         "Dutch": " en ", "Polish": " i ", "Turkish": " ve ", "Russian": " и "}[type(g).__name__])
    texts = [o.text() for o in order]
    return comma.join(texts[:-1]) + last + texts[-1], order
