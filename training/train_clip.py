"""CLIP (arXiv 2103.00020) on the drawn world, with near misses in every batch: half of it is the other half with one thing changed."""
import copy
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import world
from loop import RUNS, train
from nets import EMBED, ImageEncoder, TextEncoder
from tokenizer import Tokenizer, learn

HALF = 112


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


class Pair(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.text, self.image = TextEncoder(vocab), ImageEncoder()
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
        a, b = model.text(ids)[0], model.image(pictures(scenes))
        logits = a.float() @ b.float().t() / EMBED * model.scale.exp().clamp(max=60)
        target = torch.arange(len(scenes))
        if step % 20 == 0:
            print(f"  matched: image of text {float((logits.argmax(1) == target).float().mean()):.3f}, "
                  f"text of image {float((logits.argmax(0) == target).float().mean()):.3f}, scale {float(model.scale.exp()):.1f}", flush=True)
        return (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target)) / 2

    train("clip", model, loss, minutes, lr=1e-3, decay=.99)


if __name__ == "__main__":
    main(float(sys.argv[1]))
