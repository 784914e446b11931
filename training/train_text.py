"""The text tower learns to read. Contrast alone leaves "a red star left of a blue house" and the same words in another order nearly
alike (arXiv 2210.01936 found it in the original CLIP): most pairs of a batch differ in their words. So the states must also answer questions about
the scene that was described; the pooled embedding goes on matching the images', whose tower stays as it is."""
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import world
from loop import RUNS, load, train
from nets import EMBED, TEXT_WIDTH, Attention, Norm, TextEncoder, key_bias, mlp
from tokenizer import Tokenizer
from train_clip import Expectation, Pair
from train_decoder import trim

READ, MATCH = 128, 96
SIZES, RELATIONS, COLOURS = list(world.SIZE_WORDS), list(world.RELATIONS), list(world.COLOURS)


def facts(o):
    return [-1] * 3 if o is None else [world.KINDS.index(o.kind), COLOURS.index(o.colour), SIZES.index(o.size) if o.size in SIZES else len(SIZES)]


def answers(scene, mentioned, told):
    """Kind, colour and size of the left or upper thing and of the other (where the words say which that is), then of what is mentioned first and second
    ("a white fish and a yellow triangle" says no places but must still not come out as a yellow fish); how the first mentioned stands to the
    second, the number, the background. -1 where there is nothing to know."""
    one = len(mentioned) == 1
    first, second = (mentioned[0], None) if one else mentioned if told in ("left", "above") else mentioned[::-1] if told else (None, None)
    number = len(scene.objects) - 1 if scene.relation is None else 4
    return facts(first) + facts(second) + facts(mentioned[0]) + facts(None if one else mentioned[1]) + [
        RELATIONS.index(told) if told else len(RELATIONS), number, COLOURS.index(scene.background[0]), COLOURS.index(scene.background[-1])]


CHOICES = [len(world.KINDS), len(COLOURS), len(SIZES) + 1] * 4 + [len(RELATIONS) + 1, 5, len(COLOURS), len(COLOURS)]


class Questions(nn.Module):
    """One look at the states for every question: what belongs together must already stand together in them."""
    def __init__(self, width=TEXT_WIDTH):
        super().__init__()
        self.asked = nn.Parameter(torch.randn(len(CHOICES), width) * .5)
        self.norm, self.cross, self.mlp = Norm(width), Attention(width, 4, width), mlp(width, 1)
        self.out = nn.ModuleList(nn.Linear(width, n) for n in CHOICES)

    def forward(self, states):
        x = self.cross(self.norm(self.asked.expand(states.shape[0], -1, -1)), states, key_bias(states.abs().amax(-1) > 0))
        x = x + self.mlp(x)
        return [out(x[:, i]).float() for i, out in enumerate(self.out)]


class Reader(nn.Module):
    def __init__(self, vocab):
        super().__init__()
        self.text, self.questions, self.expectation = TextEncoder(vocab), Questions(), Expectation()
        self.scale = nn.Parameter(torch.tensor(2.5))


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    model, clip = Reader(len(tokens)), load("clip", Pair(len(tokens)))
    for part in ("text", "expectation"):
        getattr(model, part).load_state_dict(getattr(clip, part).state_dict())
    model.scale.data.copy_(clip.scale)
    pool = np.load(RUNS / "pool.npz")
    embeds, ids = pool["embeds"], pool["ids"]

    def loss(step):
        rng = np.random.default_rng([8, step])
        scenes = [world.random_scene(rng) for _ in range(READ)]
        said = [world.described(rng, s) for s in scenes]
        rows = torch.from_numpy(tokens.batch([text for text, _, _ in said]))
        asked = torch.tensor([answers(s, mentioned, told) for s, (_, mentioned, told) in zip(scenes, said)])
        pick = rng.integers(1000, len(embeds), MATCH)
        images = torch.from_numpy(embeds[pick]).float()
        matched = trim(ids[pick, rng.integers(0, ids.shape[1], MATCH)], tokens.end)
        width = max(rows.shape[1], matched.shape[1])
        both = torch.cat([F.pad(r, (0, width - r.shape[1]), value=tokens.end) for r in (rows, matched)])
        pooled, states = model.text(both)
        replies = model.questions(states[:READ])
        reading = sum(F.cross_entropy(a, asked[:, i], ignore_index=-1, reduction="sum") / READ for i, a in enumerate(replies))
        logits = pooled[READ:].float() @ images.t() / EMBED * model.scale.exp().clamp(max=60)
        target = torch.arange(MATCH)
        matching = (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target)) / 2
        expected = (model.expectation(states[READ:]) - images).square().mean()
        if step % 20 == 0:
            right = [float((a.argmax(1) == asked[:, i])[asked[:, i] >= 0].float().mean()) for i, a in enumerate(replies)]
            print("  right: " + " ".join(f"{r:.2f}" for r in right) + f", matching {float(matching):.3f}, expected {float(expected):.3f}", flush=True)
        return reading + matching + expected

    train("text", model, loss, minutes, lr=5e-4, decay=.99)
    # The tower takes its place in CLIP; the rest of CLIP is as it was.
    saved = torch.load(RUNS / "clip.pt")
    saved["ema"].update({f"text.{k}": v for k, v in model.text.state_dict().items()})
    saved["ema"]["scale"] = model.scale.detach().clone()
    torch.save(saved, RUNS / "clip.pt")


if __name__ == "__main__":
    main(float(sys.argv[1]))
