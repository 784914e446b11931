"""The two super-resolution stages, 64 to 256 and 256 to 1024: vector code gives the sharp target of any blurred picture for nothing.

The low-resolution side is damaged the way the stage before damages it (section 2.1 of the paper blurs and degrades for the same reason):
the first stage sees the autoencoder's pictures of disturbed latents, the second blurred and noised ones."""
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import world
from loop import RUNS, load, train
from nets import Autoencoder, super_res
from schedule import STEPS, noised
from train_clip import pictures


def to_tensor(arrays):
    return torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).float() / 127.5 - 1


def upscale(x, side):
    return F.interpolate(x, size=(side, side), mode="bicubic", align_corners=False, antialias=True)


def edges(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]



def window(rng, scene, part, grid):
    """Corner of a window of `part` of the side around one of the things, on the low resolution's `grid`."""
    o = scene.objects[int(rng.integers(len(scene.objects)))]
    return [float(np.clip(round((p + rng.normal(0, .1)) * grid) / grid - part / 2, 0, 1 - part)) for p in (o.x, o.y)]


def first_batch(rng, auto, std, n=16):
    """Halves of the side: 32 low-resolution pixels, 128 of the target."""
    scenes = [world.random_scene(rng) for _ in range(n)]
    with torch.no_grad():
        z = auto.encode(pictures(scenes))
        low = auto.decode(z + std * torch.randn_like(z) * torch.from_numpy(rng.uniform(0, .14, (n, 1, 1, 1))).float()).clamp(-1, 1)
    places = [window(rng, s, .5, 64) for s in scenes]
    up = torch.stack([p[:, round(y * 256):round(y * 256) + 128, round(x * 256):round(x * 256) + 128] for p, (x, y) in zip(upscale(low, 256), places)])
    return up, to_tensor([world.draw(s, 128, (x, y, .5)) for s, (x, y) in zip(scenes, places)])


def second_batch(rng, n=12):
    """Eighths of the side: 32 low-resolution pixels, 128 of the target."""
    low, high = [], []
    for _ in range(n):
        s = world.random_scene(rng)
        x, y = window(rng, s, .125, 256)
        low.append(world.draw(s, 32, (x, y, .125)))
        high.append(world.draw(s, 128, (x, y, .125)))
    low = to_tensor(low)
    soft = F.avg_pool2d(F.pad(low, (1, 1, 1, 1), mode="replicate"), 3, 1)
    mix = torch.from_numpy(rng.uniform(0, .9, (n, 1, 1, 1))).float()
    low = low * (1 - mix) + soft * mix + torch.randn_like(low) * torch.from_numpy(rng.uniform(0, .04, (n, 1, 1, 1))).float()
    return upscale(low.clamp(-1, 1), 128), to_tensor(high)


def main(stage, minutes):
    model = super_res(stage)
    auto = load("autoencoder", Autoencoder()) if stage == "first" else None
    std = torch.load(RUNS / "latents.pt")["std"] if stage == "first" else None

    def batch(rng):
        return first_batch(rng, auto, std) if stage == "first" else second_batch(rng)

    def loss(step):
        rng = np.random.default_rng([7 if stage == "first" else 8, step])
        torch.manual_seed(step)
        up, x0 = batch(rng)
        # Half of the timesteps are the first one, where sampling starts and most of the picture is decided.
        t = torch.from_numpy(np.where(rng.random(len(x0)) < .4, STEPS - 1, rng.integers(0, STEPS, len(x0))))
        xt, _ = noised(x0, torch.randn_like(x0), t)
        d = model(torch.cat([xt, up], 1), t) - x0
        if step % 50 == 0:
            base = (up - x0).square().mean()
            print(f"  PSNR {float(10 * torch.log10(4 / d.square().mean())):.1f} dB, of plain bicubic {float(10 * torch.log10(4 / base)):.1f}", flush=True)
        # Not the absolute error: most of a picture is flat and already right, and its many small signs drown the few edges.
        return 10 * d.square().mean() + 10 * sum(e.square().mean() for e in edges(d))

    def preview(ema, step):
        shadow = super_res(stage)
        shadow.load_state_dict(ema)
        rng = np.random.default_rng([9, 9])
        up, x0 = batch(rng)
        up, x0 = up[:8], x0[:8]
        with torch.no_grad():
            t = torch.full((len(up),), STEPS - 1)
            y = shadow(torch.cat([torch.randn_like(up), up], 1), t)
        a = ((torch.cat([up, y, x0]).clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        Image.fromarray(np.concatenate([np.concatenate(list(a[i:i + len(up)]), 1) for i in range(0, len(a), len(up))])).save(RUNS / f"superres_{stage}.png")

    train(f"superres_{stage}", model, loss, minutes, lr=2e-3, decay=.995, warmup=100, on_save=preview)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
