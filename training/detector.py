"""Finds the things in a picture, without the model: the background by a plane through the rim, things as connected regions that differ
from it, and a small network (trained on drawn pictures alone) that names each region's kind and colour."""
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter
from scipy import ndimage
from torch import nn

import world
from loop import DEVICE, RUNS, load, train

SIDE = 256
CROP = 40
COLOURS = list(world.COLOURS)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        layers, width = [], 4
        for out in (32, 64, 128):
            layers += [nn.Conv2d(width, out, 3, padding=1), nn.ReLU(), nn.Conv2d(out, out, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
            width = out
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 25, 192), nn.ReLU())
        self.kind, self.colour = nn.Linear(192, len(world.KINDS)), nn.Linear(192, len(COLOURS))

    def forward(self, x):
        h = self.body(x)
        return self.kind(h).float(), self.colour(h).float()


def background(image):
    """The plane a + bx + cy of each channel that most of the rim agrees with (backgrounds are plain or linear gradients)."""
    side = image.shape[0]
    y, x = np.mgrid[0:side, 0:side] / side - .5
    rim = np.zeros((side, side), bool)
    w = max(2, side // 40)
    rim[:w] = rim[-w:] = rim[:, :w] = rim[:, -w:] = True
    basis = np.stack([np.ones_like(x), x, y], -1)
    a, b = basis[rim], image[rim].astype(float)
    keep = np.ones(len(a), bool)
    for _ in range(6):
        fit = np.linalg.lstsq(a[keep], b[keep], rcond=None)[0]
        error = np.abs(a @ fit - b).max(1)
        keep = error <= max(12, np.median(error) * 2)
    return basis @ fit


def regions(image):
    """Boxes and crops of everything that is not background. uint8 (H, W, 3) -> [(x, y, extent, crop float (4, CROP, CROP))], fractions of the side."""
    image = np.asarray(Image.fromarray(image).resize((SIDE, SIDE), Image.LANCZOS)) if image.shape[0] != SIDE else image
    away = np.abs(image - background(image)).max(2)
    mask = ndimage.binary_opening(away > 34, iterations=1)
    labels, n = ndimage.label(ndimage.binary_dilation(mask, iterations=2))
    found = []
    for i, box in enumerate(ndimage.find_objects(labels), 1):
        own = (labels[box] == i) & mask[box]
        if own.sum() < .0025 * SIDE * SIDE:
            continue
        ys, xs = np.nonzero(own)
        y0, y1, x0, x1 = box[0].start + ys.min(), box[0].start + ys.max(), box[1].start + xs.min(), box[1].start + xs.max()
        half = max(y1 - y0, x1 - x0) / 2 * 1.15 + 1
        cy, cx = (y0 + y1) / 2, (x0 + x1) / 2
        frame = (cx - half, cy - half, cx + half, cy + half)
        rgb = Image.fromarray(image).transform((CROP, CROP), Image.EXTENT, frame, Image.BILINEAR)
        own_full = ((labels == i) & mask).astype(np.uint8) * 255
        shape = Image.fromarray(own_full).transform((CROP, CROP), Image.EXTENT, frame, Image.BILINEAR)
        crop = np.concatenate([np.asarray(rgb), np.asarray(shape)[..., None]], 2).transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
        found.append((cx / SIDE, cy / SIDE, half / SIDE, crop))
    return found


def things(image, model):
    """[(kind, colour, x, y, extent)] found in a picture."""
    found = regions(image)
    if not found:
        return []
    with torch.no_grad():
        kind, colour = model(torch.from_numpy(np.stack([f[3] for f in found])).to(DEVICE))
    return [(world.KINDS[k], COLOURS[c], *f[:3]) for k, c, f in zip(kind.argmax(1).tolist(), colour.argmax(1).tolist(), found)]


def damaged(rng, image):
    """Blur, noise and lower resolution, as generated pictures have them."""
    p = Image.fromarray(image)
    if rng.random() < .5:
        side = int(rng.integers(64, 200))
        p = p.resize((side, side), Image.BOX if rng.random() < .5 else Image.LANCZOS).resize((SIDE, SIDE), Image.BICUBIC)
    if rng.random() < .4:
        p = p.filter(ImageFilter.GaussianBlur(rng.uniform(.5, 2.5)))
    a = np.asarray(p).astype(np.float32)
    if rng.random() < .4:
        a = a + rng.normal(0, rng.uniform(0, 8), a.shape)
    return a.clip(0, 255).astype(np.uint8)


def samples(rng, count):
    """Regions of random scenes (held-out combinations too: the detector must know them all) with the thing each one shows."""
    crops, kinds, colours = [], [], []
    while len(crops) < count:
        scene = world.random_scene(rng, held_out=bool(rng.random() < .2))
        for x, y, _, crop in regions(damaged(rng, world.draw(scene, SIDE))):
            near = [o for o in scene.objects if max(abs(o.x - x), abs(o.y - y)) < .35 * o.r]
            if len(near) == 1:
                crops.append(crop); kinds.append(world.KINDS.index(near[0].kind)); colours.append(COLOURS.index(near[0].colour))
    return np.stack(crops[:count]), np.array(kinds[:count]), np.array(colours[:count])


def main(minutes):
    model = Classifier()
    cache = RUNS / "detector_crops.npz"
    if not cache.exists():
        RUNS.mkdir(parents=True, exist_ok=True)
        crops, kinds, colours = samples(np.random.default_rng(11), 14000)
        np.savez(cache, crops=crops.astype(np.float16), kinds=kinds, colours=colours)
    data = np.load(cache)
    crops, kinds, colours = (torch.from_numpy(data[name]).to(DEVICE) for name in ("crops", "kinds", "colours"))

    def loss():
        pick = torch.randint(len(crops), (96,), device=DEVICE)
        k, c = model(crops[pick].float())
        return F.cross_entropy(k, kinds[pick]) + F.cross_entropy(c, colours[pick])

    train("detector", model, loss, minutes, lr=1e-3, decay=.99)
    accuracy()


def accuracy(count=600):
    """On fresh drawn scenes, held-out combinations among them: regions named right, and whole scenes found exactly."""
    model, rng = load("detector", Classifier()), np.random.default_rng(13)
    exact = named = all_named = 0
    for i in range(count):
        scene = world.random_scene(rng, held_out=i % 2 == 0)
        found = things(damaged(rng, world.draw(scene, SIDE)), model)
        want = sorted((o.kind, o.colour) for o in scene.objects)
        got = sorted(f[:2] for f in found)
        exact += got == want
        all_named += len(want)
        named += sum(min(want.count(x), got.count(x)) for x in set(want))
    print(f"detector: {named / all_named:.4f} of things named right, {exact / count:.4f} of scenes exactly, {count} scenes", flush=True)
    return {"things": named / all_named, "scenes": exact / count}


if __name__ == "__main__":
    main(float(sys.argv[1]))
