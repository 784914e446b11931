"""The diffusion prior: the image embedding from the text (unCLIP, section 2.2), predicting the clean embedding."""
import sys

import numpy as np
import torch

from loop import DEVICE, GPU, RUNS, load, pool, train
from nets import Prior
from prepare import SHOWN
from schedule import STEPS, noised
from tokenizer import Tokenizer
from train_clip import Pair, trim

BATCH = 1024 if GPU else 64
TOGETHER = 8                                                                   # batches that are drawn at once and sorted by length


def timesteps(n):
    """Where things go is settled near pure noise: half of the batch are shifted there (arXiv 2403.03206, section 5.3.2, shift 3)."""
    u = torch.rand(n, device=DEVICE)
    return (torch.where(torch.arange(n, device=DEVICE) % 2 == 0, u, 3 * u / (1 + 2 * u)) * STEPS).long()


def batches(ids, end, size):
    """Rows of the pool and a caption of each, without end. On a processor captions of like length come in one batch: its longest has 12 tokens instead of 22 in the mean,
    and nothing of it is padding. On a GPU a captured step has one shape."""
    together = 1 if GPU else TOGETHER
    while True:
        pick = torch.randint(SHOWN, len(ids), (together * size,), device=DEVICE)
        rows = ids[pick, torch.randint(ids.shape[1], (len(pick),), device=DEVICE)].long()
        if GPU:
            yield pick, rows
        else:
            by_length = (rows != end).sum(1).argsort().reshape(together, size)
            for part in by_length[torch.randperm(together)]:
                yield pick[part], rows[part]


def no_words(tokens, length):
    """Ids of the empty prompt (1, length)."""
    return torch.from_numpy(tokens.batch([""], length)).to(DEVICE)


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    clip, embeds, ids = load("clip", Pair(len(tokens))), pool("embeds"), pool("ids")
    mean, std = (torch.from_numpy(np.load(RUNS / f"clip_{p}.npy")).to(DEVICE) for p in ("mean", "std"))
    model, empty, drawn = Prior(), no_words(tokens, ids.shape[2]), batches(ids, tokens.end, BATCH)

    def loss():
        pick, rows = next(drawn)
        x0 = (embeds[pick].float() - mean) / std
        rows = trim(torch.where(torch.rand(BATCH, 1, device=DEVICE) < .1, empty, rows), tokens.end)
        with torch.no_grad():
            text, states = clip.text(rows)
        t = timesteps(BATCH)
        xt, _ = noised(x0, torch.randn_like(x0), t)
        out = model(xt, t, text.float(), states.float(), states.abs().amax(-1) > 0)
        return (out - x0).square().mean()

    train("prior", model, loss, minutes, lr=1e-3 if GPU else 6e-4, decay=.9995 if GPU else .999, warmup=300 if GPU else 50)


if __name__ == "__main__":
    main(float(sys.argv[1]))
