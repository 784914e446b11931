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



def first_batch(rng, auto, std, n=10):
    scenes = [world.random_scene(rng) for _ in range(n)]
    with torch.no_grad():
        z = auto.encode(pictures(scenes))
        low = auto.decode(z + std * torch.randn_like(z) * torch.from_numpy(rng.uniform(0, .22, (n, 1, 1, 1))).float()).clamp(-1, 1)
    return upscale(low, 256), to_tensor([world.draw(s, 256) for s in scenes])


def second_batch(rng, n=4):
    """Windows of a quarter of the side around the things: 64 low-resolution pixels, 256 of the target."""
    low, high = [], []
    for _ in range(n):
        s = world.random_scene(rng)
        o = s.objects[int(rng.integers(len(s.objects)))]
        x, y = (float(np.clip(round((p + rng.normal(0, .15)) * 256) / 256 - .125, 0, .75)) for p in (o.x, o.y))
        low.append(world.draw(s, 64, (x, y, .25)))
        high.append(world.draw(s, 256, (x, y, .25)))
    low = to_tensor(low)
    soft = F.avg_pool2d(F.pad(low, (1, 1, 1, 1), mode="replicate"), 3, 1)
    mix = torch.from_numpy(rng.uniform(0, .9, (n, 1, 1, 1))).float()
    low = low * (1 - mix) + soft * mix + torch.randn_like(low) * torch.from_numpy(rng.uniform(0, .04, (n, 1, 1, 1))).float()
    return upscale(low.clamp(-1, 1), 256), to_tensor(high)


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
        return d.abs().mean() + d.square().mean() + .5 * sum(e.abs().mean() for e in edges(d))

    def preview(ema, step):
        shadow = super_res(stage)
        shadow.load_state_dict(ema)
        rng = np.random.default_rng([9, 9])
        up, x0 = batch(rng)
        up, x0 = up[:4], x0[:4]
        with torch.no_grad():
            t = torch.full((len(up),), STEPS - 1)
            y = shadow(torch.cat([torch.randn_like(up), up], 1), t)
        a = ((torch.cat([up, y, x0]).clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        Image.fromarray(np.concatenate([np.concatenate(list(a[i:i + len(up)]), 1) for i in range(0, len(a), len(up))])).save(RUNS / f"superres_{stage}.png")

    train(f"superres_{stage}", model, loss, minutes, lr=1.5e-3, decay=.995, on_save=preview)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
