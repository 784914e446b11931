"""The autoencoder whose 16x16x4 latents the decoder works on."""
import sys

import numpy as np
import torch

import world
from loop import RUNS, train
from nets import Autoencoder
from train_clip import pictures


def edges(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def main(minutes):
    model = Autoencoder()

    def loss(step):
        rng = np.random.default_rng([2, step])
        x = pictures([world.random_scene(rng) for _ in range(48)])
        z = model.encode(x)
        y = model.decode(z + .05 * torch.randn_like(z))                        # room for the decoder's small errors
        d = y - x
        sharp = sum((a - b).abs().mean() for a, b in zip(edges(y), edges(x)))
        if step % 50 == 0:
            print(f"  PSNR {float(10 * torch.log10(4 / d.square().mean())):.1f} dB, latents' deviation {float(z.std()):.2f}", flush=True)
        return d.abs().mean() + 2 * d.square().mean() + .5 * sharp + 1e-3 * (z.square() - 1).clamp(min=0).mean()

    train("autoencoder", model, loss, minutes, lr=2e-3, decay=.995)
    model.eval()
    with torch.no_grad():
        z = model.encode(pictures([world.random_scene(np.random.default_rng([3, i])) for i in range(256)]))
    torch.save({"mean": z.mean((0, 2, 3)), "std": float((z - z.mean((0, 2, 3), keepdim=True)).std())}, RUNS / "latents.pt")
    print("latents' mean", z.mean((0, 2, 3)).tolist(), "deviation", float(z.std()), flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
