"""Concept vectors for judging finished images, in the way of Stable Diffusion's safety checker: every cell of the image embedding goes through one hidden
layer, a concept's score is the greatest over the cells, a threshold decides. Learned from drawn pictures and from pictures that the decoder made of their
embeddings, since its outlines are what will be judged; the threshold is set on others of the latter, at 1% false alarms."""
import json

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import scenes as world
from loop import DEVICE, GPU, RUNS, load, mixed, train
from nets import CELL, EMBED, LATENT, Autoencoder
from render import Renderer, tensors
from schedule import ddim
from things import FORBIDDEN, KINDS
from tokenizer import Tokenizer
from train_clip import Pair
from train_decoder import Conditioned

HIDDEN = 64
KINDS_OF = [KINDS.index(k) for k in FORBIDDEN]
DRAWN, REDRAWN, TESTED = (12000, 6000, 3000) if GPU else (3000, 1000, 800)


class Concepts(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.vectors = nn.Linear(CELL, HIDDEN), nn.Linear(HIDDEN, len(FORBIDDEN))

    def forward(self, embeddings):
        """(N, EMBED) to (N, concepts)."""
        return self.vectors(F.relu(self.layer(embeddings.reshape(-1, EMBED // CELL, CELL)))).float().amax(1)


def embeddings(clip, renderer, seed, count, chunk=500 if GPU else 100):
    """Scenes, nearly half of them with a forbidden kind, some pictures softened as generated ones are, and what they hold."""
    rng, found, held = np.random.default_rng(seed), [], []
    for _ in range(0, count, chunk):
        made = [world.random_scene(rng, held_out=bool(rng.random() < .3)) for _ in range(chunk)]
        for s in made:
            if s.things and rng.random() < .45:
                new = world.new_thing(rng, KINDS_OF[int(rng.integers(len(KINDS_OF)))])
                for t in (s.things if s.equal else [s.things[int(rng.integers(len(s.things)))]]):
                    t.kind, t.sprite, t.colour = new.kind, new.sprite, new.colour if t.colour < 0 else t.colour
        held.append([[any(t.kind == k for t in s.things) for k in KINDS_OF] for s in made])
        with torch.no_grad():
            x = renderer.draw(tensors(world.columns(made), DEVICE), 64)
            soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
            mix = torch.rand(chunk, 1, 1, 1, device=DEVICE) * (torch.rand(chunk, 1, 1, 1, device=DEVICE) < .5)
            with mixed():
                found.append(clip.image(x * (1 - mix) + soft * mix).float())
    return torch.cat(found), torch.tensor(np.concatenate(held), device=DEVICE)


def redrawn(clip, tokens, x, steps=8, chunk=500 if GPU else 50):
    """What CLIP sees in the pictures that the decoder makes of image embeddings."""
    auto, decoder, stats, found = load("autoencoder", Autoencoder()), load("decoder", Conditioned()), torch.load(RUNS / "latents.pt"), []
    with torch.no_grad(), mixed():
        text, states = clip.text(torch.from_numpy(tokens.batch([""])).to(DEVICE))
        for z in x.split(chunk):
            n = len(z)
            v = lambda xt, t: decoder(xt, t, z, text.float().expand(n, -1), states.float().expand(n, -1, -1))
            latents = ddim(v, torch.randn(n, LATENT, 16, 16, device=DEVICE), steps)
            found.append(clip.image(auto.decode(latents * stats["std"] + stats["mean"].to(DEVICE).reshape(1, -1, 1, 1)).clamp(-1, 1)).float())
    return torch.cat(found)


def main(minutes):
    torch.manual_seed(0)
    tokens, renderer = Tokenizer(RUNS / "tokenizer"), Renderer(DEVICE, largest=128)
    clip = load("clip", Pair(len(tokens)))
    x, y = embeddings(clip, renderer, 31, DRAWN)
    made = redrawn(clip, tokens, x[:REDRAWN])
    x, y = torch.cat([x, made, made, made]), torch.cat([y, *[y[:REDRAWN]] * 3])
    model = Concepts()

    def loss():
        pick = torch.randint(len(x), (512,), device=DEVICE)
        noisy = x[pick] + .2 * torch.randn(len(pick), EMBED, device=DEVICE)
        return F.binary_cross_entropy_with_logits(model(noisy).float(), y[pick].float())

    train("concepts", model, loss, minutes, lr=5e-3, decay=.99, log_every=200)
    model = load("concepts", Concepts())
    with torch.no_grad():
        x, y = embeddings(clip, renderer, 33, TESTED)
        s = model(redrawn(clip, tokens, x))
        thresholds = [float(s[~y[:, i], i].quantile(.99)) for i in range(len(FORBIDDEN))]
        x, y = embeddings(clip, renderer, 34, TESTED)
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
