"""The diffusion prior: the image embedding from the text (unCLIP, section 2.2), predicting the clean embedding."""
import sys

import numpy as np
import torch

from loop import RUNS, load, train
from nets import Prior
from schedule import STEPS, noised
from tokenizer import Tokenizer
from train_clip import Pair
from train_decoder import trim

BATCH = 64


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    clip = load("clip", Pair(len(tokens)))
    pool = np.load(RUNS / "pool.npz")
    embeds, ids = pool["embeds"].astype(np.float32), pool["ids"]
    mean, std = embeds.mean(0), embeds.std(0)
    np.save(RUNS / "clip_mean.npy", mean[None])
    np.save(RUNS / "clip_std.npy", std[None])
    model = Prior()
    empty = np.full((1, ids.shape[2]), tokens.end, np.int16)
    empty[0, 0] = tokens.start

    def loss(step):
        rng = np.random.default_rng([6, step])
        torch.manual_seed(step)
        pick = rng.integers(1000, len(embeds), BATCH)
        x0 = torch.from_numpy((embeds[pick] - mean) / std)
        rows = np.where(rng.random((BATCH, 1)) < .1, empty, ids[pick, rng.integers(0, ids.shape[1], BATCH)])
        rows = trim(rows, tokens.end)
        with torch.no_grad():
            text, states = clip.text(rows)
        # Where things go is settled near pure noise, the sooner as an embedding says each thing many times over: half are shifted there.
        u = rng.random(BATCH)
        t = torch.from_numpy((np.where(np.arange(BATCH) % 2 == 0, u, 3 * u / (1 + 2 * u)) * STEPS).astype(np.int64))
        xt, _ = noised(x0, torch.randn_like(x0), t)
        out = model(xt, t, text.float(), states.float(), states.abs().amax(-1) > 0)
        return (out - x0).square().mean()

    train("prior", model, loss, minutes, lr=6e-4, decay=.999)


if __name__ == "__main__":
    main(float(sys.argv[1]))
