"""Draws scenes as batches of tensors on whatever device: backgrounds by formula, sprites and letters sampled from textures, then the styles.

Everything is a function of the place in the picture, so that the 64x64 picture and a window of the 1024x1024 one agree."""
import io
import zipfile

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from scenes import SCHEMES, background_rgb
from styles import fractal, noise, stylise
from things import COLOURS, FOLDER, LETTERS, LONGEST, MOST, sprites

LEVELS = (512, 256, 128, 64, 32)
PALETTE = torch.tensor(list(COLOURS.values())) / 255.
BACKDROPS = torch.tensor(np.array([background_rgb(i) for i in range(len(COLOURS))]) / 255., dtype=torch.float32)


class Renderer:
    def __init__(self, device="cpu", largest=512):
        self.device = device
        with zipfile.ZipFile(FOLDER / "atlas.zip") as z, zipfile.ZipFile(FOLDER / "flat.zip") as flat:
            images = [Image.open(io.BytesIO((flat if name.endswith(".flat") else z).read(f"{name}.webp"))).convert("RGBA") for name, _, _ in sprites()]
        # Premultiplied, so that nothing outside of a sprite bleeds into its rim.
        self.levels = {}
        for side in LEVELS:
            if side > largest:
                continue
            rows = []
            for image in images:
                small = image if image.width == side else image.convert("RGBa").resize((side, side), Image.BOX).convert("RGBA")
                a = torch.from_numpy(np.array(small)).permute(2, 0, 1).float() / 255
                a[:3] *= a[3:]
                rows.append((a * 255).round().byte())
            self.levels[side] = torch.stack(rows).to(device)
        sheet = torch.from_numpy(np.array(Image.open(FOLDER / "letters.png"))).float() / 255
        self.letters = sheet.reshape(128, 26, 128).permute(1, 0, 2)[:, None].contiguous().to(device)          # (26, 1, 128, 128)
        means = torch.tensor([m for _, _, m in sprites()]) / 255
        self.lightness = (means @ torch.tensor([.3, .55, .15])).to(device)
        self.palette, self.backdrops = PALETTE.to(device), BACKDROPS.to(device)
        self.boards = torch.tensor([COLOURS[b] for b, _ in SCHEMES], device=device) / 255.
        self.inks = torch.tensor([COLOURS[i] for _, i in SCHEMES], device=device) / 255.

    def level(self, pixels):
        """The smallest texture that a sprite of usual size, so many pixels wide, does not outgrow."""
        for side in sorted(self.levels):
            if side >= pixels * .9:
                return side
        return max(self.levels)

    def draw(self, s, side, corner=None, part=1., supersample=2, styled=True):
        """`s`: columns of scenes as tensors on the device. (N, 3, side, side) in [-1, 1]; `corner` (N, 2) and `part` name a window in fractions."""
        n = len(s["kind"])
        fine = side * supersample
        # Filters of the styles look around: some rim that is cut off again.
        rim = 0 if part == 1 else supersample * 4 * max(1, round(side / part / 256))
        steps = (torch.arange(fine + 2 * rim, device=self.device) + .5 - rim) / fine * part
        corner = torch.zeros(n, 2, device=self.device) if corner is None else corner
        x = (corner[:, :1] + steps)[:, None, :].expand(n, fine + 2 * rim, -1)
        y = (corner[:, 1:] + steps)[:, :, None].expand(n, -1, fine + 2 * rim)
        image = self.background(s, x, y)
        scale = fine / part                                                    # pixels of a whole side
        self.post(image, s, x, y, scale)
        self.sprites(image, s, x, y, self.level(.42 * scale))
        self.sign(image, s, x, y, scale)
        if styled:
            image = stylise(image, s["styles"], s["seed"], x, y, scale)
        if rim:
            image = image[..., rim:-rim, rim:-rim]
        return F.avg_pool2d(image, supersample).clamp(0, 1) * 2 - 1

    def sprites(self, image, s, x, y, level):
        texture = self.levels[level]
        for k in range(MOST):
            rows = (s["kind"][:, k] >= 0).nonzero()[:, 0]
            if len(rows) == 0:
                continue
            rgba = self.sampled(texture, s, rows, k, x, y)
            image[rows] = image[rows] * (1 - rgba[:, 3:]) + rgba[:, :3]

    def sampled(self, texture, s, rows, k, x, y):
        """Slot k of the scenes `rows` on their whole canvas, premultiplied, coloured."""
        at = lambda name: s[name][rows, k].float()[:, None, None]
        c, d = torch.cos(at("angle")) / at("r"), torch.sin(at("angle")) / at("r")
        dx, dy = x[rows] - at("x"), y[rows] - at("y")
        u, v = dx * c + dy * d, dy * c - dx * d
        grid = torch.stack([torch.where(at("flip") > 0, -u, u), v], -1)
        sprite = s["sprite"][rows, k].long()
        rgba = F.grid_sample(texture[sprite].float() / 255, grid, align_corners=False)
        colour = s["colour"][rows, k]
        main = self.palette[colour.clamp(min=0).long()][:, :, None, None]
        alpha = rgba[:, 3:]
        light = (rgba[:, :3] * rgba.new_tensor([.3, .55, .15])[:, None, None]).sum(1, keepdim=True)
        away = light - self.lightness[sprite][:, None, None, None] * alpha      # premultiplied
        # The sprite's mean lightness becomes the colour itself, what is lighter goes to white and what is darker to black.
        tinted = main * alpha + torch.where(away > 0, (1.15 - main) * away, (main + .12) * away) * 1.25
        tinted = torch.minimum(tinted.clamp(min=0), alpha) * .88 + rgba[:, :3] * .12
        return torch.cat([torch.where((colour >= 0)[:, None, None, None], tinted, rgba[:, :3]), alpha], 1)

    def post(self, image, s, x, y, scale):
        rows = ((s["word"][:, 0] >= 0) & (s["sign"][:, 4] > 0)).nonzero()[:, 0]
        if len(rows) == 0:
            return
        sx, sy, pitch = [s["sign"][rows, i][:, None, None] for i in range(3)]
        pole = (torch.minimum(pitch * .16 - (x[rows] - sx).abs(), y[rows] - sy) * scale + .5).clamp(0, 1)[:, None]
        image[rows] = image[rows] * (1 - pole) + pole * image.new_tensor([.42, .3, .2])[:, None, None]

    def sign(self, image, s, x, y, scale):
        rows = (s["word"][:, 0] >= 0).nonzero()[:, 0]
        if len(rows) == 0:
            return
        sx, sy, pitch, scheme = [s["sign"][rows, i][:, None, None] for i in range(4)]
        count = (s["word"][rows] >= 0).sum(1)[:, None, None]
        dx, dy = x[rows] - sx, y[rows] - sy
        soft = lambda d: (d * scale + .5).clamp(0, 1)[:, None]                 # a step as wide as a pixel
        half = pitch * (count + .9) / 2
        inside = lambda grow: soft(torch.minimum(half + grow - dx.abs(), pitch * .82 + grow - dy.abs()))
        board, ink = [p[scheme[:, 0, 0].long()][:, :, None, None] for p in (self.boards, self.inks)]
        out = image[rows]
        out = out * (1 - inside(0)) + inside(0) * ink
        out = out * (1 - inside(-.1 * pitch)) + inside(-.1 * pitch) * board
        for k in range(LONGEST):
            u = (dx - (k - (count - 1) / 2) * pitch) / (pitch * .5)
            letter = s["word"][rows, k]
            shape = F.grid_sample(self.letters[letter.clamp(min=0).long()], torch.stack([u, dy / (pitch * .56)], -1), align_corners=False)
            shape = shape * (letter >= 0)[:, None, None, None]
            out = out * (1 - shape) + shape * ink
        image[rows] = out

    def background(self, s, x, y):
        image = torch.empty(len(x), 3, *x.shape[1:], device=self.device)
        for setting, paint in enumerate((self.plain, self.plain, meadow, sea, desert, night, snow, room, street, moon)):
            rows = (s["setting"] == setting).nonzero()[:, 0]
            if len(rows):
                seed = s["seed"][rows].float()[:, None, None]
                image[rows] = paint(x[rows], y[rows], seed, s, rows)
        return image

    def plain(self, x, y, seed, s, rows):
        first, second = [self.backdrops[s["background"][rows, i].long()][:, :, None, None] for i in (0, 1)]
        along = torch.where(s["horizontal"][rows][:, None, None] > 0, x, y)[:, None]
        return first + (second - first) * along

    def maps(self, s, side=16):
        """Where what is: kind + 1 and colour + 2 (0 where there is background; 1 where a thing has its natural colour), letter + 1, and whether
        the middle of a thing is there; (N, side, side) each."""
        n = len(s["kind"])
        steps = (torch.arange(side, device=self.device) + .5) / side
        x, y = steps[None, None, :].expand(n, side, side), steps[None, :, None].expand(n, side, side)
        kinds, colours, letters, middles = [torch.zeros(n, side, side, dtype=torch.long, device=self.device) for _ in range(4)]
        for k in range(MOST):
            rows = (s["kind"][:, k] >= 0).nonzero()[:, 0]
            if len(rows) == 0:
                continue
            seen = self.sampled(self.levels[32], s, rows, k, x, y)[:, 3] > .35
            kinds[rows] = torch.where(seen, s["kind"][rows, k][:, None, None].long() + 1, kinds[rows])
            colours[rows] = torch.where(seen, s["colour"][rows, k][:, None, None].long() + 2, colours[rows])
            i, j = [(s[c][rows, k] * side).long().clamp(0, side - 1) for c in ("y", "x")]
            middles[rows, i, j] = 1
        sx, sy, pitch = [s["sign"][:, i][:, None, None] for i in range(3)]
        count = (s["word"] >= 0).sum(1)[:, None, None]
        place = ((x - sx) / pitch + (count - 1) / 2).round()
        there = (count > 0) & (place >= 0) & (place < count) & ((y - sy).abs() < pitch * .6)
        chosen = s["word"].long().gather(1, place.long().clamp(0, LONGEST - 1).flatten(1)).reshape(place.shape) + 1
        return kinds, colours, torch.where(there, chosen, letters), middles


# ---------------------------------------------------------------------------- settings: each (rows, H, W) places and seeds to (rows, 3, H, W)

def rgb(x, *values):
    return x.new_tensor(values).reshape(1, 3, 1, 1) / 255


def mix(a, b, t):
    return a + (b - a) * t[:, None].clamp(0, 1)


def step(x, sharpness=160.):
    return (x * sharpness + .5).clamp(0, 1)


def vary(seed, k, low, high):
    """A number of the scene's own, (rows, 1, 1)."""
    return low + (high - low) * torch.frac(torch.sin(seed * .0127 + k * 7.31) * 4373.17).abs()


def meadow(x, y, seed, s, rows):
    h = vary(seed, 1, .42, .6) + .03 * torch.sin(x * vary(seed, 2, 4, 9) + seed)
    h2 = h + .16 + .04 * torch.sin(x * vary(seed, 3, 3, 7) + seed * 2)
    out = mix(rgb(x, 120, 190, 245), rgb(x, 214, 238, 252), y / h)
    out = mix(out, rgb(x, 132, 200, 92), step(y - h))
    out = mix(out, rgb(x, 92, 176, 70), step(y - h2))
    blades = noise(x * 70, y * 22, seed) * step(y - h)
    return out * (1 - .16 * blades[:, None])


def sea(x, y, seed, s, rows):
    h = vary(seed, 1, .34, .52)
    out = mix(rgb(x, 150, 208, 248), rgb(x, 226, 242, 250), y / h)
    depth = (y - h) / (1 - h)
    water = mix(rgb(x, 58, 150, 206), rgb(x, 16, 84, 160), depth)
    crest = torch.sin(y * 70 / (.35 + depth.clamp(min=0)) + 1.6 * torch.sin(x * 11 + seed) + 3 * noise(x * 6, y * 12, seed))
    water = water + .16 * step(crest - .72, 6)[:, None] * (1 - water)
    return mix(out, water, step(y - h))


def desert(x, y, seed, s, rows):
    h = vary(seed, 1, .42, .58) + .05 * torch.sin(x * vary(seed, 2, 3, 6) + seed)
    h2 = h + .17 + .06 * torch.sin(x * vary(seed, 3, 2, 5) + seed * 3)
    out = mix(rgb(x, 250, 206, 140), rgb(x, 254, 238, 206), y / h)
    out = mix(out, rgb(x, 236, 186, 108), step(y - h))
    out = mix(out, rgb(x, 218, 160, 82), step(y - h2))
    return out * (1 - .05 * step(torch.sin(y * 120 + 4 * torch.sin(x * 5 + seed)), 4)[:, None] * step(y - h)[:, None])


def stars(x, y, seed, cells=13.):
    """Dots: one in some cells of a grid, at a place of its own."""
    i, j = (x * cells).floor(), (y * cells).floor()
    own = lambda k: torch.frac(torch.sin(i * 12.99 + j * 78.23 + seed * .013 + k) * 4375.85).abs()
    d = ((x * cells - i - .2 - .6 * own(1.)) ** 2 + (y * cells - j - .2 - .6 * own(2.)) ** 2).sqrt()
    return ((.05 + .1 * own(3.)) - d).mul(14).clamp(0, 1) * (own(4.) > .55)


def night(x, y, seed, s, rows):
    out = mix(rgb(x, 10, 14, 46), rgb(x, 38, 44, 104), y)
    return out + stars(x, y, seed)[:, None] * (rgb(x, 255, 248, 214) - out)


def snow(x, y, seed, s, rows):
    h = vary(seed, 1, .44, .6) + .04 * torch.sin(x * vary(seed, 2, 3, 7) + seed)
    h2 = h + .18 + .04 * torch.sin(x * vary(seed, 3, 2, 6) + seed * 2)
    out = mix(rgb(x, 150, 178, 206), rgb(x, 206, 222, 236), y / h)
    out = mix(out, rgb(x, 238, 244, 250), step(y - h))
    out = mix(out, rgb(x, 220, 231, 243), step(y - h2))
    return out + stars(x, y, seed, 11.)[:, None] * (1 - out)


def room(x, y, seed, s, rows):
    h = vary(seed, 1, .62, .74)
    wall = torch.cat([vary(seed, k, .62, .92) for k in (2, 3, 4)], -1)[:, 0, :, None, None].expand(-1, -1, *x.shape[1:])
    stripes = step(torch.sin(x * vary(seed, 5, 40, 60)), 3)[:, None]
    out = wall * (1 - .07 * stripes)
    floor = mix(rgb(x, 170, 118, 74), rgb(x, 138, 92, 56), step(torch.sin((x - .5) / (y - h + .35) * 16), 3) * .8)
    out = mix(out, floor, step(y - h))
    return mix(out, rgb(x, 246, 242, 234), step(.018 - (y - h + .018).abs()))


def street(x, y, seed, s, rows):
    h = vary(seed, 1, .52, .64)
    out = mix(rgb(x, 166, 200, 232), rgb(x, 224, 234, 244), y / h)
    width = .17
    i = ((x + vary(seed, 2, 0, 1)) / width).floor()
    own = lambda k: torch.frac(torch.sin(i * 12.99 + seed * .017 + k) * 4375.85).abs()
    top = h * (.25 + .5 * own(1.))
    tone = .45 + .35 * own(2.)[:, None] * rgb(x, 255, 235, 220)
    u, v = torch.frac((x + vary(seed, 2, 0, 1)) / width), torch.frac(y * 15)
    window = step(.13 - (torch.frac(u * 3) - .5).abs() * .6, 30) * step(.17 - (v - .5).abs() * .6, 30) * step(u - .06, 60) * step(.94 - u, 60)
    house = mix(tone.expand(-1, 3, *x.shape[1:]), rgb(x, 250, 236, 178), window * .8)
    out = mix(out, house, step(y - top) * step(h - y))
    road = mix(rgb(x, 178, 178, 180), rgb(x, 84, 86, 92), step(y - h - .07))
    dash = step(.012 - (y - h - .24).abs()) * step(torch.sin(x * 30), 8)
    return mix(out, mix(road, rgb(x, 240, 240, 232), dash), step(y - h))


def moon(x, y, seed, s, rows):
    h = vary(seed, 1, .5, .62) + .03 * torch.sin(x * 3 + seed)
    out = rgb(x, 8, 9, 20).expand(len(x), 3, *x.shape[1:])
    out = out + stars(x, y, seed)[:, None] * (1 - out)
    ground = mix(rgb(x, 176, 176, 182), rgb(x, 136, 136, 144), (y - h) * 2)
    for k in range(7):
        cx, cy, r = vary(seed, 10 + k, 0, 1), h + vary(seed, 20 + k, .05, .45), vary(seed, 30 + k, .03, .1)
        d = (((x - cx) / r) ** 2 + ((y - cy) / (r * .42)) ** 2).sqrt()
        ground = mix(ground, rgb(x, 112, 112, 120), step(1 - d, 12))
        ground = mix(ground, rgb(x, 206, 206, 210), step(.16 - (d - 1.08).abs(), 12) * step(y - cy, 60))
    return mix(out, ground * (.94 + .1 * fractal(x * 12, y * 24, seed)[:, None]), step(y - h))


def tensors(columns, device="cpu"):
    return {k: torch.from_numpy(np.ascontiguousarray(v)).to(device) for k, v in columns.items()}
