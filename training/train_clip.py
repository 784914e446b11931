"""CLIP (arXiv 2103.00020) on the drawn world, with near misses in every batch: half of it is the other half with one thing changed.

Two losses more than CLIP's, since this world knows what is where: the image embedding must tell the kinds and colours at 16x16 places,
and the text states must foretell the image embedding. The heads that do so are dropped afterwards."""
import copy
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import world
from loop import RUNS, train
from nets import CELL, EMBED, GRID, TEXT_WIDTH, Attention, Block, ImageEncoder, Norm, Residual, TextEncoder, cells, key_bias
from tokenizer import Tokenizer, learn

HALF = 112
WEIGHTS = torch.tensor([.15] + [1.] * len(world.KINDS))           # of the background and the kinds in the map


def mutate(rng, scene):
    """The same scene with one thing changed, so that the pair can be told apart by that alone."""
    for _ in range(30):
        s = copy.deepcopy(scene)
        what, o = rng.integers(6), s.objects[int(rng.integers(len(s.objects)))]
        if what == 0:
            colour = world._pick(rng, list(world.COLOURS))
            for x in (s.objects if s.relation is None else [o]):
                x.colour = colour
        elif what == 1:
            kind = world._pick(rng, world.KINDS)
            for x in (s.objects if s.relation is None else [o]):
                x.kind = kind
        elif what == 2 and s.relation:
            a, b = s.objects
            a.colour, b.colour = b.colour, a.colour
        elif what == 3 and s.relation:
            a, b = s.objects
            a.x, a.y, b.x, b.y = b.x, b.y, a.x, a.y
            s.relation = world.OPPOSITE[s.relation]
        elif what == 4 and s.relation is None:
            if len(s.objects) > 1 and rng.random() < .5:
                s.objects.pop()
            elif 1 < len(s.objects) < 4:
                s.objects.append(copy.deepcopy(o))
                if not world._place(rng, s):
                    continue
            else:
                continue
        elif what == 5:
            s.background = world._background(rng, {x.colour for x in s.objects})
        else:
            continue
        colours = {x.colour for x in s.objects}
        if world.is_held_out(s) or any(b in colours or world.contrast(world.COLOURS[c], world.background_rgb(b)) <= 120
                                       for b in s.background for c in colours):
            continue
        return s
    return world.random_scene(rng)


class Map(nn.Module):
    """From an image embedding to the kinds and the colours at 16x16 places."""
    def __init__(self, width=128):
        super().__init__()
        self.fine = nn.Sequential(nn.Conv2d(CELL, 4 * width, 1), nn.PixelShuffle(2), Residual(width), nn.Conv2d(width, 4 * 64, 1), nn.PixelShuffle(2),
                                  nn.SiLU(), nn.Conv2d(64, len(world.KINDS) + 1 + 3, 3, padding=1))

    def forward(self, embedding):
        return self.fine(cells(embedding)).float().split([len(world.KINDS) + 1, 3], 1)


class Expectation(nn.Module):
    """From text states to the mean of the image embeddings they may have."""
    def __init__(self, width=TEXT_WIDTH, layers=2):
        super().__init__()
        self.places = nn.Parameter(torch.randn(GRID * GRID, width) * .5)
        self.norms, self.cross = nn.ModuleList(Norm(width) for _ in range(layers)), nn.ModuleList(Attention(width, 8, width) for _ in range(layers))
        self.blocks, self.out = nn.ModuleList(Block(width, 8, 2) for _ in range(layers)), nn.Linear(width, CELL)

    def forward(self, states):
        x, bias = self.places.expand(states.shape[0], -1, -1), key_bias(states.abs().amax(-1) > 0)
        for norm, cross, block in zip(self.norms, self.cross, self.blocks):
            x = block(x + cross(norm(x), states, bias))
        return self.out(x).float().reshape(-1, EMBED)


class Pair(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.text, self.image = TextEncoder(vocab), ImageEncoder()
        self.map, self.expectation = Map(), Expectation()
        self.scale = nn.Parameter(torch.tensor(2.5))


def pictures(scenes):
    return torch.from_numpy(np.stack([world.draw(s, 64) for s in scenes])).permute(0, 3, 1, 2).float() / 127.5 - 1


def main(minutes):
    folder = RUNS / "tokenizer"
    if not (folder / "vocab.json").exists():
        rng = np.random.default_rng(0)
        learn([world.caption(rng, world.random_scene(rng)) for _ in range(20000)], folder)
    tokens = Tokenizer(folder)
    model = Pair(len(tokens))

    def loss(step):
        rng = np.random.default_rng([1, step])
        scenes = [world.random_scene(rng) for _ in range(HALF)]
        scenes += [mutate(rng, s) for s in scenes]
        ids = torch.from_numpy(tokens.batch([world.caption(rng, s) for s in scenes]))
        x, kinds = pictures(scenes), torch.from_numpy(np.stack([world.kinds_map(s, 16) for s in scenes]))
        (a, states), b = model.text(ids), model.image(x)
        logits = a.float() @ b.float().t() / EMBED * model.scale.exp().clamp(max=60)
        target = torch.arange(len(scenes))
        seen, colours = model.map(b + torch.randn_like(b) * .6 * torch.rand(len(b), 1))
        parts = {"pairs": (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target)) / 2,
                 "kinds": F.cross_entropy(seen, kinds, WEIGHTS), "colours": (colours - F.avg_pool2d(x, 4)).square().mean(),
                 "expected": (model.expectation(states) - b.detach()).square().mean()}
        if step % 20 == 0:
            print(f"  matched: image of text {float((logits.argmax(1) == target).float().mean()):.3f}, "
                  f"text of image {float((logits.argmax(0) == target).float().mean()):.3f}, scale {float(model.scale.exp()):.1f}, "
                  f"kinds where there are any {float((seen.argmax(1) == kinds)[kinds > 0].float().mean()):.3f}, "
                  + ", ".join(f"{k} {float(v):.3f}" for k, v in parts.items()), flush=True)
        return parts["pairs"] + 2 * parts["kinds"] + 4 * parts["colours"] + parts["expected"]

    train("clip", model, loss, minutes, lr=1e-3, decay=.99)


if __name__ == "__main__":
    main(float(sys.argv[1]))
