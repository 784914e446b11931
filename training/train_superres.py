"""The two super-resolution stages, 64 to 256 and 256 to 1024: vector code gives the sharp target of any blurred picture for nothing.

The low-resolution side is damaged the way the stage before damages it (section 2.1 of the paper blurs and degrades for the same reason):
the first stage sees the autoencoder's pictures of disturbed latents, half of them redrawn by the decoder, the second blurred and noised ones."""
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from loop import DEVICE, GPU, RUNS, load, pool, train
from nets import Autoencoder, super_res
from prepare import FIRST, SECOND
from schedule import STEPS, alphas, noised
from tokenizer import Tokenizer
from train_autoencoder import edges
from train_clip import Pair, pictures
from train_decoder import Conditioned

BATCH = {"first": 128 if GPU else 16, "second": 192 if GPU else 12}


def upscale(x, side):
    return F.interpolate(x, size=(side, side), mode="bicubic", align_corners=False, antialias=True)


class Redrawing:
    """What the decoder makes of a picture that it is shown half noised and told of by CLIP: its own unsteady outlines, at the true places."""
    def __init__(self):
        tokens, stats = Tokenizer(RUNS / "tokenizer"), torch.load(RUNS / "latents.pt")
        self.clip, self.auto, self.decoder = load("clip", Pair(len(tokens))), load("autoencoder", Autoencoder()), load("decoder", Conditioned())
        self.mean, self.std = stats["mean"].to(DEVICE).reshape(1, -1, 1, 1), stats["std"]
        self.text, self.states = (y.float() for y in self.clip.text(torch.from_numpy(tokens.batch([""])).to(DEVICE)))

    @torch.no_grad()
    def __call__(self, x, steps=3, noisiest=500):
        n, z = len(x), (self.auto.encode(x) - self.mean) / self.std
        told = self.clip.image(x), self.text.expand(n, -1), self.states.expand(n, -1, -1)
        last = torch.rand(n, device=DEVICE) * noisiest
        at = [(last * (steps - i) / steps).long() for i in range(steps + 1)]
        y, _ = noised(z, torch.randn_like(z), at[0])
        for now, then in zip(at, at[1:]):                                      # DDIM, each picture at its own timesteps
            a, b = (alphas(DEVICE)[t].reshape(-1, 1, 1, 1) for t in (now, then))
            v = self.decoder(y, now, *told)
            clean, noise = a.sqrt() * y - (1 - a).sqrt() * v, (1 - a).sqrt() * y + a.sqrt() * v
            y = b.sqrt() * clean + (1 - b).sqrt() * noise
        disturbed = z + torch.randn_like(z) * .25 * torch.rand(n, 1, 1, 1, device=DEVICE).square()
        y = torch.where(torch.rand(n, 1, 1, 1, device=DEVICE) < .5, clean, disturbed)
        return self.auto.decode(y * self.std + self.mean).float().clamp(-1, 1)


def first_batch(redrawn, whole, corner, high, pick):
    low = redrawn(pictures(whole[pick]))
    side = torch.arange(FIRST[1], device=DEVICE)
    at = corner[pick].long()
    rows, columns = at[:, 1, None] + side, at[:, 0, None] + side               # a window of each picture
    up = upscale(low, 256)[torch.arange(len(pick), device=DEVICE)[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return up.permute(0, 3, 1, 2), pictures(high[pick])


def second_batch(small, high, pick):
    low = pictures(small[pick])
    soft = F.avg_pool2d(F.pad(low, (1, 1, 1, 1), mode="replicate"), 3, 1)
    mix, loud = .9 * torch.rand(len(pick), 1, 1, 1, device=DEVICE), .04 * torch.rand(len(pick), 1, 1, 1, device=DEVICE)
    low = low * (1 - mix) + soft * mix + torch.randn_like(low) * loud
    return upscale(low.clamp(-1, 1), SECOND[1]), pictures(high[pick])


def main(stage, minutes):
    model, n = super_res(stage), BATCH[stage]
    high = pool(f"{stage}_high")
    if stage == "first":
        redrawn, whole, corner = Redrawing(), pool("first_low"), pool("first_corner")
        batch = lambda pick: first_batch(redrawn, whole, corner, high, pick)
    else:
        small = pool("second_low")
        batch = lambda pick: second_batch(small, high, pick)

    def difference():
        up, x0 = batch(torch.randint(8, len(high), (n,), device=DEVICE))
        # Nearly half of the timesteps are the first one, where sampling starts and most of the picture is decided.
        t = torch.where(torch.rand(n, device=DEVICE) < .4, STEPS - 1, torch.randint(STEPS, (n,), device=DEVICE))
        xt, _ = noised(x0, torch.randn_like(x0), t)
        return model(torch.cat([xt, up], 1), t) - x0, up - x0

    def loss():
        d, _ = difference()
        # Not the absolute error: most of a picture is flat and already right, and its many small signs drown the few edges.
        return 10 * d.square().mean() + 10 * sum(e.square().mean() for e in edges(d))

    def report():
        d, plain = difference()
        return f"PSNR {float(10 * torch.log10(4 / d.square().mean())):.1f} dB, of plain bicubic {float(10 * torch.log10(4 / plain.square().mean())):.1f}"

    def preview(ema, step):
        shadow = super_res(stage).to(DEVICE)
        shadow.load_state_dict(ema)
        up, x0 = batch(torch.arange(8, device=DEVICE))
        with torch.no_grad():
            y = shadow(torch.cat([torch.randn_like(up), up], 1), torch.full((len(up),), STEPS - 1, device=DEVICE))
        a = ((torch.cat([up, y, x0]).clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
        Image.fromarray(np.concatenate([np.concatenate(list(a[i:i + len(up)]), 1) for i in range(0, len(a), len(up))])).save(RUNS / f"superres_{stage}.png")

    train(f"superres_{stage}", model, loss, minutes, lr=2e-3, decay=.995, warmup=100, on_save=preview, on_log=report)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
