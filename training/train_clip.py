"""CLIP (arXiv 2103.00020) on the drawn world, with near misses in every batch: half of it is the other half with one thing changed.

Three losses more than CLIP's, since this world knows what is where: the image embedding must tell the kinds and colours at 16x16 places, the text
states must foretell the image embedding, and they must answer questions about what was said. The heads that do so are dropped afterwards."""
import sys

import torch
import torch.nn.functional as F
from torch import nn

import world
from loop import DEVICE, GPU, RUNS, pool, train
from nets import CELL, EMBED, GRID, TEXT_WIDTH, Attention, Block, ImageEncoder, Norm, Residual, TextEncoder, cells, key_bias
from questions import Questions, missed, right
from reading import CHOICES
from tokenizer import Tokenizer

HALF = 768 if GPU else 112


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
        self.map, self.expectation, self.questions = Map(), Expectation(), Questions(CHOICES)
        self.scale = nn.Parameter(torch.tensor(2.5))


def pictures(uint8):
    """(N, 3, 64, 64) of the pool to [-1, 1]."""
    return uint8.float() / 127.5 - 1


def trim(ids, end):
    """The batch's ids up to its longest prompt. Not on a GPU, where a captured step has one shape."""
    if ids.is_cuda:
        return ids.long()
    ended = (ids[:, 1:] == end).all(0).nonzero()
    return ids[:, :int(ended[0]) + 2 if len(ended) else ids.shape[1]].long()


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    model, end = Pair(len(tokens)), tokens.end
    images, kinds_of, ids, told = pool("pictures"), pool("kinds"), pool("ids"), pool("told")
    weights = torch.tensor([.15] + [1.] * len(world.KINDS), device=DEVICE)    # of the background and the kinds in the map
    target = torch.arange(2 * HALF, device=DEVICE)

    def parts(first):
        pick = torch.cat([first * 2, first * 2 + 1])
        how = torch.randint(ids.shape[1], (len(pick),), device=DEVICE)
        x, kinds, asked = pictures(images[pick]), kinds_of[pick].long(), told[pick, how].long()
        (a, states), b = model.text(trim(ids[pick, how], end)), model.image(x)
        logits = a.float() @ b.float().t() / EMBED * model.scale.exp().clamp(max=60)
        seen, colours = model.map(b + torch.randn_like(b) * .6 * torch.rand(len(b), 1, device=DEVICE))
        replies = model.questions(states)
        losses = {"pairs": (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target)) / 2,
                  "kinds": 2 * F.cross_entropy(seen, kinds, weights), "colours": 4 * (colours - F.avg_pool2d(x, 4)).square().mean(),
                  "expected": (model.expectation(states) - b.detach()).square().mean(),
                  "reading": missed(replies, asked)}
        return losses, logits, seen, kinds, replies, asked

    def loss():
        return sum(parts(torch.randint(24, len(images) // 2, (HALF,), device=DEVICE))[0].values())

    def report():
        losses, logits, seen, kinds, replies, asked = parts(torch.randint(24, len(images) // 2, (HALF,), device=DEVICE))
        return (f"matched {float((logits.argmax(1) == target).float().mean()):.3f}, kinds where there are any {float((seen.argmax(1) == kinds)[kinds > 0].float().mean()):.3f}, "
                + ", ".join(f"{k} {float(v):.3f}" for k, v in losses.items()) + "; right " + right(replies, asked))

    train("clip", model, loss, minutes, lr=1e-3, decay=.995 if GPU else .99, warmup=200 if GPU else 50, on_log=report)


if __name__ == "__main__":
    main(float(sys.argv[1]))
