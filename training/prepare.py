"""Draws a pool of scenes once, and encodes it once, so that every stage trains on arrays: `prepare.py scenes N` before CLIP and the autoencoder,
`prepare.py encode` after them. Scene 2i + 1 is scene 2i with one thing changed. The first pairs are never trained on: they are for looking at."""
import multiprocessing
import os
import sys

import numpy as np
import torch

import near_misses
import reading
import world
from loop import DEVICE, RUNS, load, mixed, pool
from nets import Autoencoder
from tokenizer import Tokenizer, learn
from train_clip import Pair

CAPTIONS = 4
LENGTH = 32                                                                    # tokens; the longest caption of the grammar has 30
CHUNK = 100
SHOWN = 48
FIRST, SECOND = (64, 128, .5), (32, 128, .125)                                 # of super-resolution: low side, high side, part of the picture's side
_worker = {}


def start():
    torch.set_num_threads(1)
    _worker["tokens"] = Tokenizer(RUNS / "tokenizer")


def scenes(i):
    """Pictures, the kinds at 16x16 places, captions, and what each caption says."""
    rng, tokens = np.random.default_rng([1, i]), _worker["tokens"]
    drawn = [s for _ in range(CHUNK // 2) for first in [world.random_scene(rng)] for s in (first, near_misses.mutate(rng, first))]
    ids, told = np.full((CHUNK, CAPTIONS, LENGTH), tokens.end, np.int16), np.zeros((CHUNK, CAPTIONS, len(reading.CHOICES)), np.int8)
    for j, s in enumerate(drawn):
        for k in range(CAPTIONS):
            text, mentioned, relation = world.described(rng, s)
            row = tokens.encode(text)
            if len(row) > LENGTH:
                raise ValueError(f"'{text}' has {len(row)} tokens; LENGTH is {LENGTH}")
            ids[j, k, :len(row)], told[j, k] = row, reading.answers(s, mentioned, relation)
    return {"pictures": np.stack([world.draw(s, 64) for s in drawn]).transpose(0, 3, 1, 2),
            "kinds": np.stack([world.kinds_map(s, 16) for s in drawn]).astype(np.uint8), "ids": ids, "told": told}


def window(rng, scene, part, grid):
    """Corner of a window of `part` of the side around one of the things, on the low resolution's `grid`."""
    o = scene.objects[int(rng.integers(len(scene.objects)))]
    return [float(np.clip(round((p + rng.normal(0, .1)) * grid) / grid - part / 2, 0, 1 - part)) for p in (o.x, o.y)]


def windows(i):
    """What super-resolution learns from: whole pictures of 64 with a sharp half of the side at 256, and an eighth of the side at 256 and at 1024."""
    rng, rows = np.random.default_rng([7, i]), []
    for _ in range(CHUNK):
        s = world.random_scene(rng)
        x, y = window(rng, s, FIRST[2], 64)
        u, v = window(rng, s, SECOND[2], 256)
        rows.append((world.draw(s, 64), [round(x * 256), round(y * 256)], world.draw(s, FIRST[1], (x, y, FIRST[2])),
                     world.draw(s, SECOND[0], (u, v, SECOND[2])), world.draw(s, SECOND[1], (u, v, SECOND[2]))))
    whole, corner, high, low_eighth, high_eighth = (np.stack(c) for c in zip(*rows))
    planes = lambda a: a.transpose(0, 3, 1, 2)
    return {"first_low": planes(whole), "first_corner": corner.astype(np.int16), "first_high": planes(high), "second_low": planes(low_eighth), "second_high": planes(high_eighth)}


def gather(make, count):
    """Runs `make` over chunks in all cores and writes each of its arrays to one file as it comes."""
    folder, files, done = RUNS / "pool", {}, 0
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), start) as workers:
        for part in workers.imap(make, range(-(-count // CHUNK))):
            for name, a in part.items():
                if name not in files:
                    files[name] = np.lib.format.open_memmap(folder / f"{name}.part.npy", "w+", a.dtype, (-(-count // CHUNK) * CHUNK, *a.shape[1:]))
                files[name][done:done + CHUNK] = a
            done += CHUNK
            if done % 10000 == 0:
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
        for part in x.split(500):
            part = part.float() / 127.5 - 1
            latents.append(((auto.encode(part) - stats["mean"].to(DEVICE).reshape(1, -1, 1, 1)) / stats["std"]).half().cpu())
            embeds.append(clip.image(part).half().cpu())
    embeds = torch.cat(embeds).numpy()
    np.save(RUNS / "clip_mean.npy", embeds.astype(np.float32).mean(0, keepdims=True))
    np.save(RUNS / "clip_std.npy", embeds.astype(np.float32).std(0, keepdims=True))
    np.save(folder / "latents.npy", torch.cat(latents).numpy())
    np.save(folder / "embeds.npy", embeds)


def main(what, count=0):
    if what == "encode":
        encode()
        return
    if not (RUNS / "tokenizer" / "vocab.json").exists():
        rng = np.random.default_rng(0)
        learn([world.caption(rng, world.random_scene(rng)) for _ in range(20000)], RUNS / "tokenizer")
    if not (RUNS / "pool" / "pictures.npy").exists():
        gather(scenes, count)
    if not (RUNS / "pool" / "second_high.npy").exists():
        gather(windows, max(2000, count // 8))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
