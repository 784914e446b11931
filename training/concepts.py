"""Concept vectors for judging finished images, in the way of Stable Diffusion's safety checker: a score is a product with the image
embedding, a threshold decides. Here the embedding is a map: every cell goes through one hidden layer, and a concept's score is the greatest
over the cells. The threshold is set on pictures apart, at 1% false alarms."""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

import detector
import world
from loop import RUNS, load, train
from nets import CELL, EMBED
from tokenizer import Tokenizer
from train_clip import Pair

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
        x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.no_grad():
            found.append(clip.image(x))
    return torch.cat(found), torch.tensor(labels)


def main(minutes):
    clip = load("clip", Pair(len(Tokenizer(RUNS / "tokenizer"))))
    x, y = embeddings(clip, 31, 12000)
    model = Concepts()

    def loss(step):
        pick = torch.from_numpy(np.random.default_rng([32, step]).integers(0, len(x), 512))
        torch.manual_seed(step)
        noisy = x[pick] + .2 * torch.randn(len(pick), EMBED)
        return F.binary_cross_entropy_with_logits(model(noisy).float(), y[pick].float())

    train("concepts", model, loss, minutes, lr=5e-3, decay=.99, log_every=200)
    model = load("concepts", Concepts())
    with torch.no_grad():
        x, y = embeddings(clip, 33, 3000)
        s = model(x)
        thresholds = [float(np.quantile(s[~y[:, i], i], .99)) for i in range(len(FORBIDDEN))]
        x, y = embeddings(clip, 34, 3000)
        flagged = model(x) > torch.tensor(thresholds)
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
