"""The latent decoder with its text projection: v-prediction on the autoencoder's latents, given CLIP's image embedding and text states."""
import sys

import numpy as np
import torch
from PIL import Image
from torch import nn

from loop import RUNS, load, train
from nets import EXTRA, LATENT, Autoencoder, Decoder, TextProjection
from schedule import STEPS, ddim, noised
from tokenizer import Tokenizer
from train_clip import Pair

BATCH = 48


class Conditioned(nn.Module):
    def __init__(self):
        super().__init__()
        self.projection, self.decoder = TextProjection(), Decoder()

    def forward(self, x, t, image_embeds, text_embeds, states):
        mask = states.abs().amax(-1) > 0
        mask = torch.cat([torch.ones(mask.shape[0], EXTRA, dtype=torch.bool), mask], 1)
        tokens, classes = self.projection(image_embeds, text_embeds, states)
        return self.decoder(x, t, tokens, classes, mask)


def trim(ids, end):
    """The batch's ids up to its longest prompt."""
    ended = (ids[:, 1:] == end).all(0).nonzero()[0]
    return torch.from_numpy(ids[:, :(ended[0] + 2) if len(ended) else ids.shape[1]].astype(np.int64))


def sampler(model, clip, tokens, guidance):
    """A closure over one batch of prompts: v with classifier-free guidance."""
    empty = torch.from_numpy(tokens.batch([""]))
    def prepare(ids, embeds):
        text, states = clip.text(ids)
        null, null_states = clip.text(empty)
        n, length = len(ids), ids.shape[1]
        pad = torch.zeros(1, length, states.shape[-1])
        pad[:, :2] = null_states.float()
        cond = (embeds, text.float(), states.float())
        uncond = (model.projection.learned_uncond.expand(n, -1), null.float().expand(n, -1), pad.expand(n, -1, -1))
        both = [torch.cat(p) for p in zip(uncond, cond)]
        def v(x, t):
            u, c = model(torch.cat([x, x]), torch.cat([t, t]), *both).chunk(2)
            return u + guidance * (c - u)
        return v
    return prepare


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    clip, auto = load("clip", Pair(len(tokens))), load("autoencoder", Autoencoder())
    stats = torch.load(RUNS / "latents.pt")
    pool = np.load(RUNS / "pool.npz")
    latents, embeds, ids = pool["latents"], pool["embeds"], pool["ids"]
    model = Conditioned()
    shown = 24                                                                 # the first scenes are never trained on: they are the preview
    empty = np.full((1, ids.shape[2]), tokens.end, np.int16)
    empty[0, 0] = tokens.start

    def loss(step):
        rng = np.random.default_rng([5, step])
        torch.manual_seed(step)
        pick = rng.integers(shown, len(latents), BATCH)
        x0 = torch.from_numpy(latents[pick]).float()
        rows, embed = ids[pick, rng.integers(0, ids.shape[1], BATCH)], torch.from_numpy(embeds[pick]).float()
        u = torch.from_numpy(rng.random(BATCH))
        no_image, no_text = u < .15, (u < .10) | (u > .95)
        rows = np.where(no_text.numpy()[:, None], empty, rows)
        with torch.no_grad():
            text, states = clip.text(trim(rows, tokens.end))
        # The prior's embeddings are not exact: some noise here keeps the decoder from leaning on their last digit.
        embed = embed + torch.randn_like(embed) * .5 * torch.rand(BATCH, 1)
        embed = torch.where(no_image[:, None], model.projection.learned_uncond, embed)
        # Below half the steps the picture is decided and the rest is easy; what goes where is settled near pure noise. Half of
        # the batch are shifted there (arXiv 2403.03206, section 5.3.2, shift 3).
        u = rng.random(BATCH)
        u = np.where(np.arange(BATCH) % 2 == 0, u, 3 * u / (1 + 2 * u))
        t, noise = torch.from_numpy((u * STEPS).astype(np.int64)), torch.randn_like(x0)
        xt, v = noised(x0, noise, t)
        return (model(xt, t, embed, text.float(), states.float()) - v).square().mean()

    def preview(ema, step):
        shadow = Conditioned()
        shadow.load_state_dict(ema)
        shadow.eval()
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            torch.manual_seed(0)
            rows = trim(ids[:shown, 0], tokens.end)
            v = sampler(shadow, clip, tokens, 3.)(rows, torch.from_numpy(embeds[:shown]).float())
            made = ddim(v, torch.randn(shown, LATENT, 16, 16), 20)
            truth = torch.from_numpy(latents[:shown]).float()
            image = auto.decode(torch.cat([truth, made]) * stats["std"] + stats["mean"].reshape(1, -1, 1, 1))
        a = ((image.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
        rows = [np.concatenate(list(a[o + i:o + i + 12]), 1) for i in (0, 12) for o in (0, shown)]
        Image.fromarray(np.concatenate(rows)).resize((12 * 96, 4 * 96), Image.LANCZOS).save(RUNS / "decoder.png")

    train("decoder", model, loss, minutes, lr=1e-3, decay=.999, on_save=preview)


if __name__ == "__main__":
    main(float(sys.argv[1]))
