"""The autoencoder whose 16x16x4 latents the decoder works on."""
import sys

import torch

from loop import DEVICE, GPU, RUNS, pool, train
from nets import Autoencoder
from train_clip import pictures

BATCH = 384 if GPU else 48


def edges(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def main(minutes):
    model, images = Autoencoder(), pool("pictures")

    def restored():
        x = pictures(images[torch.randint(len(images), (BATCH,), device=DEVICE)])
        z = model.encode(x)
        return x, z, model.decode(z + .05 * torch.randn_like(z))               # room for the decoder's small errors

    def loss():
        x, z, y = restored()
        d = y - x
        sharp = sum((a - b).abs().mean() for a, b in zip(edges(y), edges(x)))
        return d.abs().mean() + 2 * d.square().mean() + .5 * sharp + 1e-3 * (z.square() - 1).clamp(min=0).mean()

    def report():
        x, z, y = restored()
        return f"PSNR {float(10 * torch.log10(4 / (y - x).square().mean())):.1f} dB, latents' deviation {float(z.std()):.2f}"

    train("autoencoder", model, loss, minutes, lr=2e-3, decay=.995, on_log=report)
    model.eval()
    with torch.no_grad():
        z = torch.cat([model.encode(pictures(x)) for x in images[:2000].split(500)])
    torch.save({"mean": z.mean((0, 2, 3)).cpu(), "std": float((z - z.mean((0, 2, 3), keepdim=True)).std())}, RUNS / "latents.pt")
    print("latents' mean", z.mean((0, 2, 3)).tolist(), "deviation", float(z.std()), flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
