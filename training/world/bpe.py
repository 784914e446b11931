"""A byte-pair vocabulary in CLIP's format for all twelve languages: every name, colour and turn of phrase is one token or a few.

Japanese and Chinese write no spaces, so a clause is one "word" to CLIP's pattern. Merges are learned from its pieces, which stand inside of such words as
well as at their end. `stage.py bpe FOLDER` made tokenizer/, which is in git: it takes two minutes that a lent machine has better uses for."""
import heapq
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from captions import described
from languages import GRAMMARS, LANGUAGES, Unspaced, names
from scenes import random_scene
from tokenizer import PATTERN, Tokenizer, _join, byte_symbols, save

MERGES = 9500


def pieces(grammar, language):
    """Of a language without spaces: names, colours and what stands between the braces of the templates, with weights."""
    found = Counter({n: 60 for known in names()[language].values() for n in known})
    for options in [*grammar.colours, *grammar.sizes, grammar.numbers]:
        found.update({o: 400 for o in options})
    for text in [*grammar.relations.values(), *grammar.settings.values(), *grammar.styles.values(), grammar.plain, grammar.fading, grammar.sign, grammar.with_sign, grammar.blend]:
        found.update({p: 300 for p in re.split(r"\{\w+\}|\|", text) if p})
    return found


def corpus(scenes=5000):
    """Words in byte symbols and their counts."""
    rng, symbols, words = np.random.default_rng(0), byte_symbols(), Counter()
    spell = lambda w, last: tuple(symbols[b] for b in w.encode()[:-1]) + (symbols[w.encode()[-1]] + ("</w>" if last else ""),)
    for language in LANGUAGES:
        grammar = GRAMMARS[language]
        if isinstance(grammar, Unspaced):
            for piece, n in pieces(grammar, language).items():
                for w in PATTERN.findall(piece.lower()):
                    words[spell(w, True)] += n
                    words[spell(w, False)] += n
            continue
        for _ in range(scenes):
            s = random_scene(rng)
            s.word = "" if s.things else "SIGN"                               # letters of signs are to be read, not to become tokens
            text = described(rng, s, language)[0].lower()
            words.update(spell(w, True) for w in PATTERN.findall(text.replace('"sign"', '""')))
        for known in names()[language].values():
            for n in known:
                words.update({spell(w, True): 8 for w in PATTERN.findall(n.lower())})
    return words


def merges_of(words, limit):
    """The commonest pair first; equal ones in the order of their symbols."""
    spelled, counts = [list(w) for w in words], list(words.values())
    pairs, where = Counter(), defaultdict(set)
    for i, w in enumerate(spelled):
        for p in zip(w, w[1:]):
            pairs[p] += counts[i]
            where[p].add(i)
    heap = [(-n, p) for p, n in pairs.items()]
    heapq.heapify(heap)
    merges = []
    while heap and len(merges) < limit:
        n, pair = heapq.heappop(heap)
        if pairs[pair] != -n or n == 0:
            continue
        merges.append(pair)
        changed = set()
        for i in list(where[pair]):
            w = spelled[i]
            for p in zip(w, w[1:]):
                pairs[p] -= counts[i]
                where[p].discard(i)
                changed.add(p)
            w = spelled[i] = list(_join(tuple(w), pair))
            for p in zip(w, w[1:]):
                pairs[p] += counts[i]
                where[p].add(i)
                changed.add(p)
        for p in changed:
            if pairs[p] > 0:
                heapq.heappush(heap, (-pairs[p], p))
    return merges


def main(folder):
    learned = merges_of(corpus(), MERGES)
    save(learned, Path(folder))
    print(f"{len(learned)} merges, vocabulary of {len(Tokenizer(folder))}")

