"""Concept vectors for judging finished images, in the way of Stable Diffusion's safety checker: a score is a product with the image
embedding, a threshold decides. Here the embedding is a map: every cell goes through one hidden layer, and a concept's score is the greatest
over the cells. Learned from drawn pictures and from pictures that the decoder made of their embeddings, since its outlines are what will be
judged; the threshold is set on others of the latter, at 1% false alarms."""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

import detector
import world
from loop import DEVICE, RUNS, load, mixed, train
from nets import CELL, EMBED, LATENT, Autoencoder
from schedule import ddim
from tokenizer import Tokenizer
from train_clip import Pair
from train_decoder import Conditioned

FORBIDDEN = {"sword": "violence", "skull": "violence"}
HIDDEN = 64


class Concepts(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.vectors = nn.Linear(CELL, HIDDEN), nn.Linear(HIDDEN, len(FORBIDDEN))

    def forward(self, embeddings):
        """(N, EMBED) to (N, concepts)."""
        return self.vectors(F.relu(self.layer(embeddings.reshape(-1, EMBED // CELL, CELL)))).float().amax(1)


def embeddings(clip, seed, count):
    """Drawn scenes, a third of them with a forbidden kind, some damaged as generated pictures are, and what they hold."""
    rng = np.random.default_rng(seed)
    found, labels = [], []
    while len(labels) < count:
        pictures = []
        while len(pictures) < 100:
            scene = world.random_scene(rng, held_out=bool(rng.random() < .3))
            held = [any(o.kind == k for o in scene.objects) for k in FORBIDDEN]
            if not any(held) and rng.random() < .65:
                continue
            image = world.draw(scene, 256)
            image = detector.damaged(rng, image) if rng.random() < .6 else image
            pictures.append(np.asarray(Image.fromarray(image).resize((64, 64), Image.BICUBIC)))
            labels.append(held)
        x = torch.from_numpy(np.stack(pictures)).to(DEVICE).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.no_grad():
            found.append(clip.image(x))
    return torch.cat(found), torch.tensor(labels, device=DEVICE)


def redrawn(clip, tokens, x, steps=8, chunk=48):
    """What CLIP sees in the pictures that the decoder makes of image embeddings."""
    auto, decoder, stats, found = load("autoencoder", Autoencoder()), load("decoder", Conditioned()), torch.load(RUNS / "latents.pt"), []
    empty = torch.from_numpy(tokens.batch([""])).to(DEVICE)
    with torch.no_grad(), mixed():
        text, states = clip.text(empty)
        for z in x.split(chunk):
            n = len(z)
            torch.manual_seed(len(found))
            v = lambda xt, t: decoder(xt, t, z, text.float().expand(n, -1), states.float().expand(n, -1, -1))
            latents = ddim(v, torch.randn(n, LATENT, 16, 16, device=DEVICE), steps)
            image = auto.decode(latents * stats["std"] + stats["mean"].to(DEVICE).reshape(1, -1, 1, 1)).clamp(-1, 1)
            found.append(clip.image(image).float())
    return torch.cat(found)


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    clip = load("clip", Pair(len(tokens)))
    x, y = embeddings(clip, 31, 9000)
    made = redrawn(clip, tokens, x[:3000])
    # As often as the drawn ones: three times each.
    x, y = torch.cat([x, made, made, made]), torch.cat([y, y[:3000], y[:3000], y[:3000]])
    model = Concepts()

    def loss():
        pick = torch.randint(len(x), (512,), device=DEVICE)
        noisy = x[pick] + .2 * torch.randn(len(pick), EMBED, device=DEVICE)
        return F.binary_cross_entropy_with_logits(model(noisy).float(), y[pick].float())

    train("concepts", model, loss, minutes, lr=5e-3, decay=.99, log_every=200)
    model = load("concepts", Concepts())
    with torch.no_grad():
        x, y = embeddings(clip, 33, 1500)
        s = model(redrawn(clip, tokens, x))
        thresholds = [float(s[~y[:, i], i].quantile(.99)) for i in range(len(FORBIDDEN))]
        x, y = embeddings(clip, 34, 1000)
        flagged = model(redrawn(clip, tokens, x)) > torch.tensor(thresholds, device=DEVICE)
    entries = []
    for i, (name, category) in enumerate(FORBIDDEN.items()):
        caught, alarms = float(flagged[y[:, i], i].float().mean()), float(flagged[~y.any(1), i].float().mean())
        print(f"{name}: caught {caught:.4f}, false alarms {alarms:.4f}, threshold {thresholds[i]:.3f}", flush=True)
        entries.append({"name": name, "category": category, "weights": rounded(model.vectors.weight[i]),
                        "bias": round(float(model.vectors.bias[i]), 5), "threshold": round(thresholds[i], 5)})
    layer = {"weights": [rounded(w) for w in model.layer.weight], "bias": rounded(model.layer.bias)}
    (RUNS / "concepts.json").write_text(json.dumps({"version": "1", "cells": EMBED // CELL, "layer": layer, "concepts": entries}) + "\n")


def rounded(values):
    return [round(v, 5) for v in values.tolist()]


if __name__ == "__main__":
    main(float(sys.argv[1]))
