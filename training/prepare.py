"""Encodes a pool of scenes once, so that the prior and the decoder train on arrays instead of running the frozen towers at every step."""
import multiprocessing
import os
import sys

import numpy as np
import torch

import world
from loop import RUNS, load
from nets import Autoencoder
from tokenizer import Tokenizer
from train_clip import Pair, pictures

CAPTIONS = 3
LENGTH = 40
CHUNK = 100
_towers = {}


def start():
    torch.set_num_threads(1)
    tokens = Tokenizer(RUNS / "tokenizer")
    stats = torch.load(RUNS / "latents.pt")
    _towers.update(tokens=tokens, clip=load("clip", Pair(len(tokens))), auto=load("autoencoder", Autoencoder()), mean=stats["mean"].reshape(1, -1, 1, 1), std=stats["std"])


def encode(i):
    rng = np.random.default_rng([4, i])
    scenes = [world.random_scene(rng) for _ in range(CHUNK)]
    tokens, ids = _towers["tokens"], np.full((CHUNK, CAPTIONS, LENGTH), _towers["tokens"].end, np.int16)
    for j, s in enumerate(scenes):
        for k in range(CAPTIONS):
            row = tokens.encode(world.caption(rng, s))[:LENGTH]
            ids[j, k, :len(row)] = row
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        x = pictures(scenes)
        latents = (_towers["auto"].encode(x) - _towers["mean"]) / _towers["std"]
        return latents.numpy().astype(np.float16), _towers["clip"].image(x).numpy().astype(np.float16), ids


def main(count):
    if (RUNS / "pool.npz").exists():
        return
    parts = []
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), start) as workers:
        for part in workers.imap(encode, range(0, count, CHUNK)):
            parts.append(part)
            if len(parts) % 50 == 0:
                print("prepare", len(parts) * CHUNK, "of", count, flush=True)
    latents, embeds, ids = (np.concatenate(p) for p in zip(*parts))
    np.savez(RUNS / "pool.npz", latents=latents, embeds=embeds, ids=ids)


if __name__ == "__main__":
    main(int(sys.argv[1]))
