"""The judge of the evaluation, trained on rendered scenes alone and independent of the model: where the middles of things and of letters are, what they
are in which colour, and the picture's setting and style. Pictures of 128x128."""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import scenes as world
from loop import DEVICE, GPU, RUNS, load, mixed, train
from nets import Residual
from render import Renderer, tensors
from things import COLOURS, KINDS, LETTERS, LONGEST, MOST, SETTINGS, SMALL, STYLES, sprites

SIDE, GRID = 128, 32
BATCH, FRESH, RENEWED, CHUNK = (256, 16384, 4096, 512) if GPU else (16, 512, 32, 128)
NAMES = list(COLOURS)


class Judge(nn.Module):
    def __init__(self, width=72 if SMALL else 160, deep=128 if SMALL else 256):
        super().__init__()
        thin = 24 if SMALL else 64
        self.stem = nn.Sequential(nn.Conv2d(3, thin, 4, 2, 1), nn.ReLU(), nn.Conv2d(thin, thin, 3, padding=1), nn.ReLU(), nn.Conv2d(thin, width, 2, 2), Residual(width), Residual(width))
        self.deep = nn.Sequential(nn.Conv2d(width, deep, 2, 2), Residual(deep), Residual(deep), nn.Conv2d(deep, deep, 2, 2), Residual(deep), Residual(deep))
        self.up = nn.ConvTranspose2d(deep, width, 4, 4)
        self.merge = nn.Sequential(Residual(width), nn.ReLU())
        self.middle, self.kind, self.colour = nn.Conv2d(width, 2, 1), nn.Conv2d(width, len(KINDS), 1), nn.Conv2d(width, len(NAMES) + 1, 1)
        self.letter, self.whole = nn.Conv2d(width, len(LETTERS), 1), nn.Linear(deep, len(SETTINGS) + len(STYLES))

    def forward(self, x):
        fine = self.stem(x)
        coarse = self.deep(fine)
        h = self.merge(fine + self.up(coarse))
        return {"middle": self.middle(h).float(), "kind": self.kind(h).float(), "colour": self.colour(h).float(), "letter": self.letter(h).float(),
                "whole": self.whole(F.silu(coarse.float().amax((2, 3)))).float()}


def targets(s):
    """Heat of middles (N, 2, GRID, GRID), and for every place the thing or letter whose middle is near (-1: none)."""
    n, device = len(s["kind"]), s["kind"].device
    steps = (torch.arange(GRID, device=device) + .5) / GRID
    x, y = steps[None, None, :], steps[None, :, None]
    heat = torch.zeros(n, 2, GRID, GRID, device=device)
    kind, colour, letter = [torch.full((n, GRID, GRID), -1, dtype=torch.long, device=device) for _ in range(3)]
    for k in range(MOST):
        there = (s["kind"][:, k] >= 0)[:, None, None]
        d = ((x - s["x"][:, k, None, None]) ** 2 + (y - s["y"][:, k, None, None]) ** 2) * GRID ** 2
        heat[:, 0] = torch.maximum(heat[:, 0], torch.exp(-d / 2) * there)
        near = there & (d < 2.2)
        kind = torch.where(near, s["kind"][:, k, None, None].long(), kind)
        colour = torch.where(near, s["colour"][:, k, None, None].long() + 1, colour)
    sx, sy, pitch = [s["sign"][:, i, None, None] for i in range(3)]
    count = (s["word"] >= 0).sum(1)[:, None, None]
    for k in range(LONGEST):
        own = s["word"][:, k, None, None].long()
        d = ((x - sx - (k - (count - 1) / 2) * pitch) ** 2 + (y - sy) ** 2) * GRID ** 2
        heat[:, 1] = torch.maximum(heat[:, 1], torch.exp(-d / 1.2) * (own >= 0))
        letter = torch.where((own >= 0) & (d < 1.6), own, letter)
    return heat, kind, colour, letter


def bent(x):
    """Half of the pictures (N, 3, H, H) with their outlines a little out of place, by up to 3% of the side: what is generated is not drawn with a ruler."""
    n = len(x)
    field = torch.randn(n, 2, 9, 9, device=x.device) * .03 * torch.rand(n, 1, 1, 1, device=x.device) * (torch.rand(n, 1, 1, 1, device=x.device) < .5)
    grid = F.affine_grid(torch.eye(2, 3, device=x.device).expand(n, 2, 3), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid + F.interpolate(field, size=x.shape[2:], mode="bicubic", align_corners=False).permute(0, 2, 3, 1), padding_mode="border", align_corners=False)


def damaged(x):
    """(N, 3, H, H) in [-1, 1] to 128: as generated pictures are, some bent, some soft, some noisy, some of low resolution."""
    x = bent(x)
    n, small = len(x), F.interpolate(x, size=(64, 64), mode="area")
    small = small + torch.randn_like(small) * .08 * torch.rand(n, 1, 1, 1, device=x.device) * (torch.rand(n, 1, 1, 1, device=x.device) < .5)
    soft = F.interpolate(small, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
    x = torch.where(torch.rand(n, 1, 1, 1, device=x.device) < .6, soft, F.interpolate(x, size=(SIDE, SIDE), mode="area"))
    blurred = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    mix = torch.rand(n, 1, 1, 1, device=x.device) * (torch.rand(n, 1, 1, 1, device=x.device) < .5)
    return (x * (1 - mix) + blurred * mix).clamp(-1, 1)


def fresh(rng, renderer, n, held_out=None):
    """Scenes of every kind, held-out combinations too: the judge must know them all."""
    made = [world.random_scene(rng, held_out=bool(rng.random() < .3) if held_out is None else held_out) for _ in range(n)]
    s = tensors(world.columns(made), DEVICE)
    with torch.no_grad():
        pictures = torch.cat([renderer.draw({k: v[i:i + 256] for k, v in s.items()}, SIDE, supersample=2) for i in range(0, n, 256)])
    return made, s, pictures


def labels(s):
    first = s["styles"][:, :1].clamp(min=0)
    which = torch.arange(len(STYLES), device=first.device)
    return s["setting"].long(), ((first == which) | (s["styles"][:, 1:] == which)).float()


def recast(s):
    """Half of the scenes with other things in the same places, each a kind of its own: the judge learns more from a picture of different things."""
    n, device = s["kind"].shape, s["kind"].device
    kinds = torch.tensor([kind for _, kind, _ in sprites()], dtype=torch.int32, device=device)
    sprite = torch.randint(len(kinds), n, device=device)
    shape = torch.isin(kinds[sprite], torch.tensor(sorted(world.COLOURLESS), dtype=torch.int32, device=device))
    colour = torch.where(shape | (torch.rand(n, device=device) < .45), torch.randint(len(NAMES), n, device=device), -1)
    other = (s["kind"] >= 0) & (torch.rand(n[0], 1, device=device) < .5)
    return s | {k: torch.where(other, v.to(s[k].dtype), s[k]) for k, v in {"kind": kinds[sprite], "sprite": sprite, "colour": colour}.items()}


def main(minutes):
    """Scenes that `prepare scenes` left, drawn anew at 128 (composing them is what takes time); a part of the stock at every report."""
    model, renderer = Judge(), Renderer(DEVICE, largest=128)
    columns = {k: torch.from_numpy(np.load(RUNS / "pool" / f"scene_{k}.npy")).to(DEVICE) for k in world.COLUMNS}
    x = torch.empty(FRESH, 3, SIDE, SIDE, device=DEVICE, dtype=torch.half if GPU else torch.float)
    s = {k: torch.empty(FRESH, *v.shape[1:], dtype=v.dtype, device=DEVICE) for k, v in columns.items()}
    state = {"step": 0}

    def redraw(count):
        """Replaces `count` pictures of the stock, the oldest first."""
        with torch.no_grad(), torch.autocast(DEVICE.type, enabled=False):
            for at in range(0, count, CHUNK):
                rows = (torch.arange(at, at + min(CHUNK, count), device=DEVICE) + state["step"]) % FRESH
                pick = torch.randint(len(columns["kind"]), (len(rows),), device=DEVICE)
                some = recast({k: v[pick] for k, v in columns.items()})
                x[rows] = renderer.draw(some, SIDE).to(x.dtype)
                for k in s:
                    s[k][rows] = some[k]
            state["step"] = (state["step"] + count) % FRESH

    redraw(FRESH)

    def parts():
        pick = torch.randint(FRESH, (BATCH,), device=DEVICE)
        own = {k: v[pick] for k, v in s.items()}
        heat, kind, colour, letter = targets(own)
        setting, style = labels(own)
        out = model(damaged(x[pick].float()))
        p = out["middle"].sigmoid().clamp(1e-4, 1 - 1e-4)
        # The focal loss of CenterNet (arXiv 1904.07850)
        peak = (heat > .88).float()
        focal = -(peak * (1 - p) ** 2 * p.log() + (1 - peak) * (1 - heat) ** 4 * p ** 2 * (1 - p).log())
        each = lambda logits, truth: F.cross_entropy(logits, truth, ignore_index=-1, reduction="sum") / (truth >= 0).sum().clamp(min=1)
        a, b = out["whole"].split([len(SETTINGS), len(STYLES)], 1)
        return {"middle": focal.sum() / BATCH * .25, "kind": each(out["kind"], kind), "colour": .5 * each(out["colour"], colour), "letter": each(out["letter"], letter),
                "setting": .3 * F.cross_entropy(a, setting), "style": F.binary_cross_entropy_with_logits(b, style) * 2}

    def loss():
        return sum(parts().values())

    def report():
        redraw(RENEWED)
        return ", ".join(f"{k} {float(v):.3f}" for k, v in parts().items())

    train("judge", model, loss, minutes, lr=1.5e-3, decay=.995, warmup=200 if GPU else 20, on_log=report, log_every=5)
    if GPU:
        accuracy(512)


def peaks(heat, threshold):
    """(C, GRID, GRID) of probabilities to [(row, column)] of local maxima."""
    top = F.max_pool2d(heat[None], 3, 1, 1)[0]
    return ((heat == top) & (heat > threshold)).nonzero().tolist()


def seen(model, pictures):
    """What is in pictures (N, 3, H, H) in [-1, 1]: {"things": [(kind, colour or None, x, y)], "word", "setting", "styles"} each."""
    found = []
    with torch.no_grad():
        for x in pictures.split(64):
            out = model(F.interpolate(x.to(DEVICE), size=(SIDE, SIDE), mode="area"))
            heat = out["middle"].sigmoid()
            for i in range(len(x)):
                at = lambda name, r, c: int(out[name][i, :, r, c].argmax())
                things = [(at("kind", r, c), at("colour", r, c) - 1, (c + .5) / GRID, (r + .5) / GRID, float(heat[i, 0, r, c])) for _, r, c in peaks(heat[i, :1], .35)]
                letters = sorted((c, LETTERS[at("letter", r, c)]) for _, r, c in peaks(heat[i, 1:], .35))
                a, b = out["whole"][i].split([len(SETTINGS), len(STYLES)])
                found.append({"things": things, "word": "".join(w for _, w in letters), "setting": int(a.argmax()), "styles": [k for k, p in enumerate(b.sigmoid()) if p > .5]})
    return found


def accuracy(count=400, damage=True):
    """On fresh drawn scenes, held-out combinations among them."""
    model, renderer, rng = load("judge", Judge()), Renderer(DEVICE, largest=128), np.random.default_rng(13)
    right = {k: [] for k in ("thing", "colour", "scene", "word", "setting", "style")}
    for _ in range(0, count, 100):
        made, s, x = fresh(rng, renderer, 100)
        for scene, f in zip(made, seen(model, damaged(x) if damage else x)):
            want, got = sorted(t.kind for t in scene.things), sorted(t[0] for t in f["things"])
            right["scene"].append(want == got)
            for t in scene.things:
                near = min(f["things"], key=lambda g: (g[2] - t.x) ** 2 + (g[3] - t.y) ** 2, default=None)
                right["thing"].append(near is not None and near[0] == t.kind)
                if near is not None and near[0] == t.kind and t.colour >= 0:
                    right["colour"].append(near[1] == t.colour)
            if scene.word:
                right["word"].append(scene.word == f["word"])
            right["setting"].append(f["setting"] == scene.setting)
            right["style"].append(set(f["styles"]) == set(scene.styles or (0,)))
    out = {k: float(np.mean(v)) for k, v in right.items()}
    print("judge: " + ", ".join(f"{k} {v:.4f}" for k, v in out.items()) + f"; {count} scenes", flush=True)
    return out
