"""The noise schedule that training and the exported scheduler files share: squared cosine, capped (diffusers' squaredcos_cap_v2)."""
import math
from functools import lru_cache

import numpy as np
import torch

STEPS = 1000


def alphas_cumprod():
    bar = lambda s: math.cos((s + .008) / 1.008 * math.pi / 2) ** 2
    betas = [min(1 - bar((i + 1) / STEPS) / bar(i / STEPS), .999) for i in range(STEPS)]
    return torch.tensor(np.cumprod(1 - np.array(betas)), dtype=torch.float32)


ALPHAS = alphas_cumprod()


@lru_cache(None)
def alphas(device):
    """ALPHAS where they are needed: a captured step cannot copy to its device."""
    return ALPHAS.to(device)


def noised(x0, noise, t):
    """x_t and the velocity v = sqrt(a) noise - sqrt(1 - a) x0 (arXiv 2202.00512, appendix D)."""
    a = alphas(t.device)[t].reshape(-1, *[1] * (x0.ndim - 1))
    return a.sqrt() * x0 + (1 - a).sqrt() * noise, a.sqrt() * noise - (1 - a).sqrt() * x0


def ddim(predict, x, steps, prediction="v"):
    """Deterministic sampling for previews; `predict(x, t)` returns v or the clean sample."""
    times = np.linspace(STEPS - 1, 0, steps).round().astype(int)
    for i, t in enumerate(times):
        a = ALPHAS[t]
        out = predict(x, torch.full((x.shape[0],), int(t), device=x.device))
        x0 = a.sqrt() * x - (1 - a).sqrt() * out if prediction == "v" else out
        if i + 1 == steps:
            return x0
        eps = (x - a.sqrt() * x0) / (1 - a).sqrt()
        b = ALPHAS[times[i + 1]]
        x = b.sqrt() * x0 + (1 - b).sqrt() * eps
