"""Styles as transformations of finished pictures: (N, 3, H, W) in [0, 1] with the place of every pixel, so that they agree at every resolution."""
import math

import torch
import torch.nn.functional as F


def _hash(i, j, seed):
    return torch.frac(torch.sin(i * 127.1 + j * 311.7 + seed * .0173) * 43758.5453).abs()


def noise(x, y, seed):
    """Value noise in [0, 1] with a lattice of whole numbers; (N, H, W)."""
    i, j = x.floor(), y.floor()
    u, v = x - i, y - j
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    seed = torch.remainder(seed, 997.)
    top = _hash(i, j, seed) * (1 - u) + _hash(i + 1, j, seed) * u
    low = _hash(i, j + 1, seed) * (1 - u) + _hash(i + 1, j + 1, seed) * u
    return top * (1 - v) + low * v


def fractal(x, y, seed):
    return (noise(x, y, seed) + .5 * noise(2.1 * x, 2.1 * y, seed + 31) + .25 * noise(4.3 * x, 4.3 * y, seed + 77)) / 1.75


def blur(image, radius):
    """Gaussian by two passes; radius (a deviation) in pixels."""
    if radius < .3:
        return image
    n = max(1, math.ceil(radius * 2.5))
    k = torch.exp(-.5 * (torch.arange(-n, n + 1, device=image.device) / radius) ** 2)
    k = (k / k.sum()).to(image.dtype)
    c = image.shape[1]
    pad = lambda t, p: F.pad(t, p, mode="replicate")
    image = F.conv2d(pad(image, (n, n, 0, 0)), k.reshape(1, 1, 1, -1).expand(c, 1, 1, -1), groups=c)
    return F.conv2d(pad(image, (0, 0, n, n)), k.reshape(1, 1, -1, 1).expand(c, 1, -1, 1), groups=c)


def grey(image):
    return (image * image.new_tensor([.3, .55, .15])[:, None, None]).sum(1, keepdim=True)


def edges(image, scale, width):
    """How much colours change within `width` of a side, (N, 1, H, W), about 1 at a clear outline."""
    soft = blur(image, width * scale)
    dx = soft[..., :, 2:] - soft[..., :, :-2]
    dy = soft[..., 2:, :] - soft[..., :-2, :]
    d = F.pad(dx, (1, 1, 0, 0)).square().sum(1, keepdim=True) + F.pad(dy, (0, 0, 1, 1)).square().sum(1, keepdim=True)
    return (d + 1e-8).sqrt() * (width * scale) * 1.6


def warped(image, x, y, seed, scale, by, frequency):
    """Displaced by noise, `by` of a side at most."""
    h, w = image.shape[-2:]
    dx, dy = [(fractal(x * frequency, y * frequency, seed + k) - .5) * 2 * by * scale for k in (11, 23)]
    i = torch.arange(w, device=image.device)[None, None, :] + .5 + dx
    j = torch.arange(h, device=image.device)[None, :, None] + .5 + dy
    return F.grid_sample(image, torch.stack([i / w * 2 - 1, j / h * 2 - 1], -1), padding_mode="border", align_corners=False)


def watercolour(image, x, y, seed, scale):
    soft = blur(warped(image, x, y, seed, scale, .014, 9), .008 * scale)
    rim = (blur(soft, .02 * scale) - soft).abs().mean(1, keepdim=True)
    pigment = fractal(x * 9, y * 9, seed)[:, None] - .5
    grain = noise(x * 90, y * 90, seed)[:, None] - .5
    out = soft + (1 - soft) * .30
    return out * (1 + .30 * pigment + .07 * grain) - 1.1 * rim


def oil(image, x, y, seed, scale):
    """Kuwahara's filter: of four neighbouring squares the mean of the calmest; then the relief of brush strokes."""
    rough = warped(image, x, y, seed, scale, .012, 26)
    r = max(2, round(.013 * scale))
    pool = lambda t: F.avg_pool2d(F.pad(t, (r, r, r, r), mode="replicate"), r + 1, 1)
    mean, spread = pool(rough), pool(rough.square().mean(1, keepdim=True))
    h, w = rough.shape[-2:]
    corners = [(i, j) for i in (0, r) for j in (0, r)]
    means = torch.stack([mean[..., i:i + h, j:j + w] for i, j in corners])
    spreads = torch.stack([spread[..., i:i + h, j:j + w] for i, j in corners]) - means.square().mean(2, keepdim=True)
    best = spreads.argmin(0, keepdim=True).expand(1, -1, 3, -1, -1)
    out = means.gather(0, best)[0]
    out = grey(out) + (out - grey(out)) * 1.3
    angle = noise(x * 2.5, y * 2.5, seed)[:, None] * 3.2
    along = x[:, None] * torch.cos(angle) + y[:, None] * torch.sin(angle)
    strokes = noise((along * 46)[:, 0], ((y[:, None] * torch.cos(angle) - x[:, None] * torch.sin(angle)) * 12)[:, 0], seed)[:, None] - .5
    return (out * 1.04 - .02) * (1 + .26 * strokes)


def ink(image, x, y, seed, scale):
    line = (edges(image, scale, .0042) * 2.4 - .28).clamp(0, 1)
    pale = image + (1 - image) * .62
    return pale * (1 - line) + .06 * line


def pixel(image, x, y, seed, scale, across=32):
    """Squares of one colour from a small palette. A window of the picture starts and ends at whole squares or carries a rim of them."""
    h, w = image.shape[-2:]
    # The square that a pixel lies in, and the middle of it as a place in this image
    i, j = ((x * across).floor() + .5) / across, ((y * across).floor() + .5) / across
    u, v = (i - x[:, :1, :1]) * scale + .5, (j - y[:, :1, :1]) * scale + .5
    soft = F.avg_pool2d(F.pad(image, (k := max(0, round(scale / across / 2) - 1), k, k, k), mode="replicate"), 2 * k + 1, 1)
    grid = torch.stack([u / w * 2 - 1, v / h * 2 - 1], -1)
    out = F.grid_sample(soft, grid, mode="nearest", padding_mode="border", align_corners=False)
    out = grey(out) + (out - grey(out)) * 1.2
    return (out.clamp(0, 1) * 5).round() / 5


def neon(image, x, y, seed, scale):
    line = (edges(image, scale, .0075) * 1.8 - .18).clamp(0, 1)
    strong = blur(image, .012 * scale)
    strong = strong / strong.amax(1, keepdim=True).clamp(min=.25)
    strong = strong - strong.amin(1, keepdim=True) * .62
    glow = blur(line * strong, .024 * scale)
    return .16 * image.square() * image.new_tensor([.7, .6, 1.1])[:, None, None] + line * (strong * .9 + .22) + 1.25 * glow


def chalk(image, x, y, seed, scale):
    board = image.new_tensor([.15, .21, .19])[:, None, None] * (.9 + .25 * fractal(x * 4, y * 4, seed)[:, None])
    grain = noise(x * 120, y * 120, seed)[:, None] * .5 + noise(x * 42 + y * 42, y * 9 - x * 9, seed)[:, None] * .5
    line = (edges(warped(image, x, y, seed, scale, .006, 30), scale, .0065) * 1.9 - .2).clamp(0, 1)
    # What stands out of its surroundings is rubbed in, an even ground hardly.
    stands_out = (image - blur(image, .1 * scale)).abs().mean(1, keepdim=True).mul(4).clamp(0, 1)
    coloured = image + (1 - image) * .22
    out = board + (coloured - board) * (.10 + .75 * stands_out * ((grain - .18) * 3).clamp(.25, 1))
    return out + (image.new_tensor([.96, .96, .9])[:, None, None] - out) * line * ((grain - .2) * 4).clamp(.15, 1)


def woodcut(image, x, y, seed, scale):
    """Two tones of each colour, divided by lines whose breadth is the lightness."""
    light = grey(blur(image, .004 * scale))
    wave = torch.sin((y + .012 * torch.sin(x * 14 + seed[:, :1, :1]))[:, None] * 2 * math.pi * 17) * .5 + .5
    cut = ((light * .9 + .08 - wave * .72 - .06) * 7 + .5).clamp(0, 1)
    cut = cut * (1 - (edges(image, scale, .0055) * 2 - .3).clamp(0, 1))
    calm = blur(image, .006 * scale)
    pale = calm * .55 + .45 * image.new_tensor([.98, .93, .80])[:, None, None]
    dark = calm * .28 + .02
    return dark + (pale - dark) * cut


PAINT = [None, watercolour, oil, ink, pixel, neon, chalk, woodcut]


def stylise(image, styles, seed, x, y, scale):
    """`styles` (N, 2), -1 for none; where there are two, their mean."""
    def one(image, which, rows):
        out = image.clone()
        for k, paint in enumerate(PAINT):
            own = (which == k).nonzero()[:, 0]
            if paint is not None and len(own):
                out[own] = paint(image[own], x[rows[own]], y[rows[own]], seed[rows[own]].float()[:, None, None], scale).clamp(0, 1)
        return out

    all_rows = torch.arange(len(image), device=image.device)
    out = one(image, styles[:, 0], all_rows)
    both = (styles[:, 1] >= 0).nonzero()[:, 0]
    if len(both):
        out[both] = (out[both] + one(image[both], styles[both, 1], both)) / 2
    return out
