"""The latent decoder with its text projection: v-prediction on the autoencoder's latents, given CLIP's image embedding and text states."""
import sys

import numpy as np
import torch
from PIL import Image
from torch import nn

from loop import DEVICE, GPU, RUNS, load, mixed, pool, train
from nets import EXTRA, LATENT, Autoencoder, Decoder, TextProjection
from prepare import SHOWN
from schedule import ddim, noised
from tokenizer import Tokenizer
from train_clip import Pair, trim
from train_prior import batches, no_words, timesteps

BATCH = 1024 if GPU else 48


class Conditioned(nn.Module):
    def __init__(self):
        super().__init__()
        self.projection, self.decoder = TextProjection(), Decoder()

    def forward(self, x, t, image_embeds, text_embeds, states):
        mask = states.abs().amax(-1) > 0
        mask = torch.cat([torch.ones_like(mask[:, :1]).expand(-1, EXTRA), mask], 1)
        tokens, classes = self.projection(image_embeds, text_embeds, states)
        return self.decoder(x, t, tokens, classes, mask)


def sampler(model, clip, tokens, guidance):
    """A closure over one batch of prompts: v with classifier-free guidance."""
    def prepare(ids, embeds):
        n = len(ids)
        text, states = clip.text(ids)
        null, null_states = clip.text(no_words(tokens, ids.shape[1]))
        cond = (embeds, text.float(), states.float())
        uncond = (model.projection.learned_uncond.expand(n, -1), null.float().expand(n, -1), null_states.float().expand(n, -1, -1))
        both = [torch.cat(p) for p in zip(uncond, cond)]
        def v(x, t):
            u, c = model(torch.cat([x, x]), torch.cat([t, t]), *both).chunk(2)
            return u + guidance * (c - u)
        return v
    return prepare


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    clip, auto = load("clip", Pair(len(tokens))), load("autoencoder", Autoencoder())
    stats, latents, embeds, ids = torch.load(RUNS / "latents.pt"), pool("latents"), pool("embeds"), pool("ids")
    model, empty, drawn = Conditioned(), no_words(tokens, ids.shape[2]), batches(ids, tokens.end, BATCH)

    def loss():
        pick, rows = next(drawn)
        x0, embed = latents[pick].float(), embeds[pick].float()
        u = torch.rand(BATCH, 1, device=DEVICE)
        no_image, no_text = u < .15, (u < .10) | (u > .95)
        with torch.no_grad():
            text, states = clip.text(trim(torch.where(no_text, empty, rows), tokens.end))
        # The prior's embeddings are not exact: some noise here keeps the decoder from leaning on their last digit.
        embed = embed + torch.randn_like(embed) * .5 * torch.rand(BATCH, 1, device=DEVICE)
        embed = torch.where(no_image, model.projection.learned_uncond, embed)
        # Below half the steps the picture is decided and the rest is easy.
        t, noise = timesteps(BATCH), torch.randn_like(x0)
        xt, v = noised(x0, noise, t)
        return (model(xt, t, embed, text.float(), states.float()) - v).square().mean()

    def preview(ema, step):
        shadow = Conditioned().to(DEVICE)
        shadow.load_state_dict(ema)
        shadow.eval()
        half = SHOWN // 2
        with torch.no_grad(), mixed():
            v = sampler(shadow, clip, tokens, 2.)(ids[:half, 0].long(), embeds[:half].float())
            noise = torch.randn(half, LATENT, 16, 16, generator=torch.Generator().manual_seed(0)).to(DEVICE)
            both = torch.cat([latents[:half].float(), ddim(v, noise, 20)])
            image = auto.decode(both * stats["std"] + stats["mean"].to(DEVICE).reshape(1, -1, 1, 1))
        a = ((image.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
        rows = [np.concatenate(list(a[o + i:o + i + 12]), 1) for i in (0, 12) for o in (0, half)]
        Image.fromarray(np.concatenate(rows)).resize((12 * 96, 4 * 96), Image.LANCZOS).save(RUNS / "decoder.png")

    train("decoder", model, loss, minutes, lr=1.5e-3 if GPU else 1e-3, decay=.9995 if GPU else .999, warmup=300 if GPU else 50, on_save=preview)


if __name__ == "__main__":
    main(float(sys.argv[1]))
