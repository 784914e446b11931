"""A byte-pair tokenizer in CLIP's format, learned from the grammar, so that every word of the world is one token."""
import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np

CONTEXT = 77
PATTERN = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\w\s]|_)+")  # letters of any script


def byte_symbols():
    """CLIP's printable stand-ins for the 256 bytes, in its order."""
    keep = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in keep]
    return {b: chr(b) for b in keep} | {b: chr(256 + i) for i, b in enumerate(rest)}


def _join(symbols, pair):
    out, i = [], 0
    while i < len(symbols):
        if symbols[i:i + 2] == pair:
            out.append(pair[0] + pair[1])
            i += 2
        else:
            out.append(symbols[i])
            i += 1
    return tuple(out)


def learn(captions, folder, begun=(), pieces=()):
    """Merges pairs, the commonest first, until no word of the captions has two symbols left. `begun` are merges that come before all others;
    `pieces` are what languages without spaces put together, wherever in a word."""
    symbols, words = byte_symbols(), Counter()
    spell = lambda w, ends: tuple(symbols[b] for b in w.encode()[:-1]) + (symbols[w.encode()[-1]] + ("</w>" if ends else ""),)
    for caption in captions:
        words.update(spell(w, True) for w in PATTERN.findall(caption.lower()))
    for piece in pieces:
        words.update(spell(w, ends) for w in PATTERN.findall(piece.lower()) for ends in (True, False))
    merges = list(begun)
    for pair in begun:
        words = {_join(w, pair): n for w, n in words.items()}
    while True:
        pairs = Counter()
        for w, n in words.items():
            for pair in zip(w, w[1:]):
                pairs[pair] += n
        if not pairs:
            break
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        words = {_join(w, best): n for w, n in words.items()}
    save(merges, folder)


def save(merges, folder):
    """The four files of a tokenizer folder."""
    symbols = list(byte_symbols().values())
    # Two merges may make the same symbol.
    vocab = list(dict.fromkeys([*symbols, *(s + "</w>" for s in symbols), *(a + b for a, b in merges), "<|startoftext|>", "<|endoftext|>"]))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({s: i for i, s in enumerate(vocab)}, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {**special, "model_max_length": CONTEXT, "tokenizer_class": "CLIPTokenizer", "do_lower_case": True}, indent=2) + "\n")


class Tokenizer:
    def __init__(self, folder):
        folder = Path(folder)
        self.vocab = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        lines = (folder / "merges.txt").read_text(encoding="utf-8").splitlines()[1:]
        self.ranks = {tuple(line.split()): i for i, line in enumerate(lines)}
        self.bytes = byte_symbols()
        self.start, self.end = self.vocab["<|startoftext|>"], self.vocab["<|endoftext|>"]
        self._word = lru_cache(None)(self._encode_word)

    def __len__(self):
        return len(self.vocab)

    def _encode_word(self, word):
        s = [self.bytes[b] for b in word.encode()]
        s[-1] += "</w>"
        s = tuple(s)
        while len(s) > 1:
            pair = min(zip(s, s[1:]), key=lambda p: self.ranks.get(p, 1 << 30))
            if pair not in self.ranks:
                break
            s = _join(s, pair)
        return [self.vocab[x] for x in s]

    def encode(self, text):
        ids = [i for w in PATTERN.findall(text.lower()) for i in self._word(w)][:CONTEXT - 2]
        return [self.start, *ids, self.end]

    def batch(self, texts, length=None):
        """int64 (B, L), padded with the end token; L is the longest of the batch unless given."""
        rows = [self.encode(t) for t in texts]
        out = np.full((len(rows), length or max(map(len, rows))), self.end, np.int64)
        for r, ids in zip(out, rows):
            r[:len(ids)] = ids
        return out
