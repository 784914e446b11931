"""Encodes a pool of scenes once, so that the prior and the decoder train on arrays instead of running the frozen towers at every step."""
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


def main(count):
    if (RUNS / "pool.npz").exists():
        return
    tokens = Tokenizer(RUNS / "tokenizer")
    clip, auto = load("clip", Pair(len(tokens))), load("autoencoder", Autoencoder())
    stats = torch.load(RUNS / "latents.pt")
    latents = np.empty((count, 4, 16, 16), np.float16)
    embeds = np.empty((count, 192), np.float16)
    ids = np.full((count, CAPTIONS, LENGTH), tokens.end, np.int16)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for i in range(0, count, 100):
            rng = np.random.default_rng([4, i])
            scenes = [world.random_scene(rng) for _ in range(100)]
            x = pictures(scenes)
            latents[i:i + 100] = ((auto.encode(x) - stats["mean"].reshape(1, -1, 1, 1)) / stats["std"]).numpy()
            embeds[i:i + 100] = clip.image(x).numpy()
            for j, s in enumerate(scenes):
                for k in range(CAPTIONS):
                    row = tokens.encode(world.caption(rng, s))[:LENGTH]
                    ids[i + j, k, :len(row)] = row
            if i % 5000 == 0:
                print("prepare", i, "of", count, flush=True)
    np.savez(RUNS / "pool.npz", latents=latents, embeds=embeds, ids=ids)


if __name__ == "__main__":
    main(int(sys.argv[1]))
