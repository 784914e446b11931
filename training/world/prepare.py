"""Draws a pool of scenes once, and encodes it once, so that every stage trains on arrays: `prepare scenes N` before CLIP and the autoencoder, `prepare crowds N` before the image tower alone,
`prepare windows N` before super-resolution, `prepare encode` after the first two. All cores compose scenes and captions; the device draws them as they come. Scene 2i + 1 is scene 2i with one thing
changed. The first pairs are never trained on: they are for looking at."""
import multiprocessing
import os
import shutil

import numpy as np
import torch

import near_misses
import scenes as world
from captions import CHOICES, LANGUAGES, described
from loop import DEVICE, GPU, RUNS, load, mixed, pool
from nets import CELL, GRID, Autoencoder
from render import Renderer, tensors
from things import FOLDER, STYLES
from tokenizer import Tokenizer
from train_clip import Pair

CAPTIONS = 4                                                                   # the first two in English
LENGTH = 32                                                                    # tokens; almost no prompt of the grammars is longer
CHUNK = 500 if GPU else 50
SHOWN = 48
FIRST, SECOND = (64, 128, .5), (32, 128, .125)                                 # of super-resolution: low side, high side, part of the picture's side
_worker = {}


def start():
    torch.set_num_threads(1)
    _worker["tokens"] = Tokenizer(RUNS / "tokenizer")


def composed(i):
    """Scenes as columns, captions, and what each caption says."""
    rng, tokens = np.random.default_rng([1, i]), _worker["tokens"]
    made = [s for _ in range(CHUNK // 2) for first in [world.random_scene(rng)] for s in (first, near_misses.mutate(rng, first))]
    ids, told = np.full((CHUNK, CAPTIONS, LENGTH), tokens.end, np.int16), np.zeros((CHUNK, CAPTIONS, len(CHOICES)), np.int16)
    for j, s in enumerate(made):
        for k in range(CAPTIONS):
            while True:
                text, told[j, k] = described(rng, s, LANGUAGES[0] if k < 2 else LANGUAGES[int(rng.integers(1, len(LANGUAGES)))])
                row = tokens.encode(text)
                if len(row) <= LENGTH:
                    break
            ids[j, k, :len(row)] = row
    return world.columns(made), {"ids": ids, "told": told}


def crowds(i):
    """Scenes of four to six different things, which no prompt says: the image tower learns three times as much from each."""
    rng = np.random.default_rng([4, i])
    made = [world.crowd(rng) for _ in range(CHUNK)]
    return world.columns(made), {}


def windows(i):
    """Scenes for super-resolution with the corners of a half of the side and of an eighth, each around something."""
    rng = np.random.default_rng([7, i])
    made = [world.random_scene(rng) for _ in range(CHUNK)]

    def corner(s, part, grid):
        x, y = (s.sign[:2] if s.word and (not s.things or rng.random() < .5) else next((t.x, t.y) for t in [s.things[int(rng.integers(len(s.things)))]]))
        return [float(np.clip(round((p + rng.normal(0, .1 if part > .2 else .13)) * grid) / grid - part / 2, 0, 1 - part)) for p in (x, y)]
    return world.columns(made), {"half": np.array([corner(s, .5, 64) for s in made], np.float32), "eighth": np.array([corner(s, .125, 32) for s in made], np.float32)}


def bytes_of(x):
    return ((x + 1) * 127.5).round().clamp(0, 255).byte().cpu().numpy()


def drawn(renderer, columns, extra):
    s = tensors(columns, DEVICE)
    pictures = bytes_of(renderer.draw(s, 64))
    kinds, colours, letters, middles = [m.cpu().numpy() for m in renderer.maps(s)]
    styles = columns["styles"]
    first = np.where(styles[:, :1] < 0, 0, styles[:, :1])                      # flat is what it is where nothing is said
    wholes = np.concatenate([columns["setting"][:, None], (first == np.arange(len(STYLES))) | (styles[:, 1:] == np.arange(len(STYLES)))], 1)
    return {"pictures": pictures, "kinds": kinds.astype(np.int16), "colours": colours.astype(np.uint8), "letters": letters.astype(np.uint8),
            "middles": middles.astype(np.uint8), **{f"scene_{k}": v for k, v in columns.items()}, "wholes": wholes.astype(np.uint8), **extra}


def crowded(renderer, columns, extra):
    return {f"crowd_{k}": v for k, v in drawn(renderer, columns, extra).items() if not k.startswith("scene_")}


def sharp(renderer, columns, extra):
    """What super-resolution learns from: whole pictures of 64 with a sharp half of the side at 256, and an eighth of the side at 256 and at 1024."""
    s = tensors(columns, DEVICE)
    half, eighth = torch.from_numpy(extra["half"]).to(DEVICE), torch.from_numpy(extra["eighth"]).to(DEVICE)
    out = {"first_low": [], "first_high": [], "second_low": [], "second_high": []}
    for part in torch.arange(len(half), device=DEVICE).split(250 if GPU else 10):
        some = {k: v[part] for k, v in s.items()}
        out["first_low"].append(bytes_of(renderer.draw(some, 64)))
        out["first_high"].append(bytes_of(renderer.draw(some, FIRST[1], half[part], FIRST[2])))
        out["second_low"].append(bytes_of(renderer.draw(some, SECOND[0], eighth[part], SECOND[2])))
        out["second_high"].append(bytes_of(renderer.draw(some, SECOND[1], eighth[part], SECOND[2])))
    return {**{k: np.concatenate(v) for k, v in out.items()}, "first_corner": np.round(extra["half"] * 256).astype(np.int16)}


def gather(make, draw, count, renderer, size=CHUNK):
    """Composes chunks in all cores, draws them here and writes each array to one file as it comes."""
    folder, files, done = RUNS / "pool", {}, 0
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), start) as workers, torch.no_grad():
        for columns, extra in workers.imap(make, range(-(-count // size))):
            for name, a in draw(renderer, columns, extra).items():
                if name not in files:
                    files[name] = np.lib.format.open_memmap(folder / f"{name}.part.npy", "w+", a.dtype, (-(-count // size) * size, *a.shape[1:]))
                files[name][done:done + size] = a
            done += size
            if done % 20000 == 0:
                print("prepare", make.__name__, done, "of", count, flush=True)
    for name, a in files.items():
        a.flush()
        (folder / f"{name}.part.npy").replace(folder / f"{name}.npy")


def encode():
    """The pool's pictures as latents and as image embeddings, and the statistics of both."""
    tokens, folder = Tokenizer(RUNS / "tokenizer"), RUNS / "pool"
    clip, auto, stats, x = load("clip", Pair(len(tokens))), load("autoencoder", Autoencoder()), torch.load(RUNS / "latents.pt"), pool("pictures")
    latents, embeds = [], []
    with torch.no_grad(), mixed():
        for part in x.split(1000 if GPU else 100):
            part = part.float() / 127.5 - 1
            latents.append(((auto.encode(part) - stats["mean"].to(DEVICE).reshape(1, -1, 1, 1)) / stats["std"]).half().cpu())
            embeds.append(clip.image(part).half().cpu())
    embeds = torch.cat(embeds).numpy()
    some = embeds[:50000].astype(np.float32)
    np.save(RUNS / "clip_mean.npy", some.mean(0, keepdims=True))
    # One deviation for a number of a cell wherever the cell lies: by its own, what seldom happens in the corners would count most.
    std = some.var(0).reshape(GRID * GRID, CELL).mean(0) ** .5
    np.save(RUNS / "clip_std.npy", np.tile(std, GRID * GRID)[None].astype(np.float32))
    np.save(folder / "latents.npy", torch.cat(latents).numpy())
    np.save(folder / "embeds.npy", embeds)


def main(what, count=0):
    if what == "encode":
        encode()
        return
    torch.set_num_threads(int(os.environ.get("LIMNER_THREADS", os.cpu_count())))
    if not (RUNS / "tokenizer" / "vocab.json").exists():
        shutil.copytree(FOLDER / "tokenizer", RUNS / "tokenizer", dirs_exist_ok=True)
    make, draw, last = {"scenes": (composed, drawn, "told"), "crowds": (crowds, crowded, "crowd_wholes"), "windows": (windows, sharp, "first_corner")}[what]
    if not (RUNS / "pool" / f"{last}.npy").exists():
        gather(make, draw, int(count), Renderer(DEVICE, largest=512 if what == "windows" else 128))
