"""CLIP (arXiv 2103.00020) on this world, with near misses in every batch: half of it is the other half with one thing changed.

More losses than CLIP's, since this world knows what is where: the image embedding must tell kinds, colours, letters and middles of things at 16x16 places,
and setting and style; the text states must foretell the image embedding and answer questions about what was said. The heads that do so are dropped afterwards."""
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import nn

from captions import CHOICES
from loop import DEVICE, GPU, RUNS, pool, train
from nets import CELL, EMBED, GRID, TEXT_WIDTH, Attention, Block, ImageEncoder, Norm, Residual, TextEncoder, cells, key_bias
from questions import Questions, missed, right
from things import COLOURS, KINDS, SETTINGS, SMALL, STYLES
from tokenizer import Tokenizer

HALF = 768 if GPU else 24
READ = 2                                                                       # captions of a scene that are read, of which the first is matched with the picture
MAPS = {"kinds": len(KINDS) + 1, "colours": len(COLOURS) + 2, "letters": 27, "middles": 2}
RARE = {"kinds": .1, "colours": .1, "letters": .05, "middles": .05}              # weight of "nothing there"


class Map(nn.Module):
    """From an image embedding to kinds, colours, letters and middles at 16x16 places, the picture's own colours, setting and style."""
    def __init__(self, width=96 if SMALL else 160, fine=64 if SMALL else 128):
        super().__init__()
        self.coarse = nn.Sequential(nn.Conv2d(CELL, width, 1), Residual(width), nn.Conv2d(width, (16 // GRID) ** 2 * fine, 1), nn.PixelShuffle(16 // GRID), nn.SiLU(), nn.Conv2d(fine, fine, 3, padding=1), nn.SiLU())
        self.out = nn.ModuleDict({k: nn.Conv2d(fine, n, 1) for k, n in MAPS.items()})
        self.rgb, self.whole = nn.Conv2d(fine, 3, 1), nn.Linear(EMBED, len(SETTINGS) + len(STYLES))

    def forward(self, embedding):
        x = self.coarse(cells(embedding))
        return {k: out(x).float() for k, out in self.out.items()}, self.rgb(x).float(), self.whole(embedding).float().split([len(SETTINGS), len(STYLES)], 1)


class Expectation(nn.Module):
    """From text states to the mean of the image embeddings they may have."""
    def __init__(self, width=TEXT_WIDTH, layers=2):
        super().__init__()
        self.places = nn.Parameter(torch.randn(GRID * GRID, width) * .5)
        self.norms, self.cross = nn.ModuleList(Norm(width) for _ in range(layers)), nn.ModuleList(Attention(width, width // 64, width) for _ in range(layers))
        self.blocks, self.out = nn.ModuleList(Block(width, width // 64, 2) for _ in range(layers)), nn.Linear(width, CELL)

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


@lru_cache(None)
def weights(name):
    """Of the answers of a map. Made before a step is captured as a CUDA graph, which may not copy anything to the device."""
    return torch.tensor([RARE[name]] + [1.] * (MAPS[name] - 1), device=DEVICE)


def told_by(model, embeds, x, truth, whole):
    """What the map tells from image embeddings of pictures `x`, and what that costs. Some noise on them: the prior's are not exact."""
    seen, colours, (setting, style) = model.map(embeds + torch.randn_like(embeds) * .6 * torch.rand(len(x), 1, device=DEVICE))
    losses = {"rgb": 4 * (colours - F.avg_pool2d(x, 4)).square().mean(), "setting": .3 * F.cross_entropy(setting, whole[:, 0].long()),
              "style": .3 * F.binary_cross_entropy_with_logits(style, whole[:, 1:].float()) * len(STYLES)}
    return seen, losses | {k: (2 if k == "kinds" else 1) * F.cross_entropy(seen[k], truth[k], weights(k)) for k in MAPS}


def found(seen, truth, losses):
    """How much of the maps is right where there is something, and the losses, in words."""
    there = {k: float((seen[k].argmax(1) == truth[k])[truth[k] > 0].float().mean()) for k in MAPS}
    return "where there are any " + ", ".join(f"{k} {v:.3f}" for k, v in {**there, **{f"loss of {k}": float(v) for k, v in losses.items()}}.items())


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    model, end = Pair(len(tokens)), tokens.end
    images, ids, told, wholes = pool("pictures"), pool("ids"), pool("told"), pool("wholes")
    maps = {k: pool(k) for k in MAPS}
    target = torch.arange(2 * HALF, device=DEVICE)

    def parts(first):
        pick = torch.cat([first * 2, first * 2 + 1])
        n = len(pick)
        how = (torch.randint(ids.shape[1], (n,), device=DEVICE) + torch.arange(READ, device=DEVICE)[:, None]) % ids.shape[1]
        x, asked = pictures(images[pick]), torch.cat([told[pick, h] for h in how]).long()
        pooled, states = model.text(trim(torch.cat([ids[pick, h] for h in how]), end))
        a, b = pooled[:n], model.image(x)
        logits = a.float() @ b.float().t() / EMBED * model.scale.exp().clamp(max=60)
        replies, truth = model.questions(states), {k: m[pick].long() for k, m in maps.items()}
        seen, mapped = told_by(model, b, x, truth, wholes[pick])
        losses = {"pairs": (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target)) / 4,
                  "expected": (model.expectation(states[:n]) - b.detach()).square().mean(),
                  "reading": missed(replies, asked)}
        return losses | mapped, logits, seen, truth, replies, asked

    def loss():
        return sum(parts(torch.randint(24, len(images) // 2, (HALF,), device=DEVICE))[0].values())

    def report():
        losses, logits, seen, truth, replies, asked = parts(torch.randint(24, len(images) // 2, (HALF,), device=DEVICE))
        return f"matched {float((logits.argmax(1) == target).float().mean()):.3f}, {found(seen, truth, losses)}; right {right(replies, asked)}"

    train("clip", model, loss, minutes, lr=1e-3, decay=.995 if GPU else .99, warmup=200 if GPU else 50, on_log=report)
