"""The networks. Each one's forward has exactly the inputs and outputs of its ONNX file in the model folder."""
import math

import torch
import torch.nn.functional as F
from torch import nn

# Where it may choose, newer PyTorch takes cuDNN's attention, which has had gradients that are no numbers under masks and for odd lengths (pytorch#196678).
if torch.cuda.is_available() and hasattr(torch.backends.cuda, "enable_cudnn_sdp"):
    torch.backends.cuda.enable_cudnn_sdp(False)

GRID, CELL = 8, 48 # CLIP's image embedding is a map of the picture: 8x8 cells of 48 numbers, row by row
EMBED = GRID * GRID * CELL
TEXT_WIDTH = 320   # last_hidden_state
STATES = 256       # what the decoder attends to
LATENT = 8         # channels of the autoencoder's 16x16 grid
EXTRA = GRID ** 2  # tokens made of the image embedding, one a cell, before the text's


def sinusoid(t, width):
    """Timesteps (B,) to (B, width)."""
    f = torch.exp(-math.log(10000.) * torch.arange(width // 2, dtype=torch.float32, device=t.device) / (width // 2))
    a = t.float()[:, None] * f[None]
    return torch.cat([a.cos(), a.sin()], 1)


class Norm(nn.Module):
    """Layer norm kept in float32 under autocast."""
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.weight, self.bias = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x):
        return F.layer_norm(x.float(), (self.width,), self.weight, self.bias)


class Attention(nn.Module):
    def __init__(self, width, heads, context=None):
        super().__init__()
        self.heads, self.cross = heads, context is not None
        if self.cross:
            self.q, self.kv = nn.Linear(width, width), nn.Linear(context, 2 * width)
        else:
            self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x, context=None, bias=None):
        width = self.out.in_features
        if self.cross:
            q = self.q(x)
            k, v = self.kv(context).split(width, -1)
        else:
            q, k, v = self.qkv(x).split(width, -1)
        # Lengths as plain numbers and the batch as -1: an exported graph then has constants here instead of a dozen nodes that compute shapes.
        split = lambda y: y.reshape(-1, int(y.shape[1]), self.heads, width // self.heads).transpose(1, 2)
        q, k, v = split(q), split(k), split(v)
        if x.is_cuda:
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=None if bias is None else bias.to(q.dtype))
        else:
            s = q @ k.transpose(-1, -2) * ((width // self.heads) ** -.5)
            if bias is not None:
                s = s + bias
            y = s.softmax(-1).to(v.dtype) @ v
        return self.out(y.transpose(1, 2).reshape(-1, int(x.shape[1]), width))


def mlp(width, ratio):
    return nn.Sequential(nn.Linear(width, int(width * ratio)), nn.GELU(), nn.Linear(int(width * ratio), width))


class Block(nn.Module):
    def __init__(self, width, heads, ratio=4):
        super().__init__()
        self.n1, self.attn, self.n2, self.mlp = Norm(width), Attention(width, heads), Norm(width), mlp(width, ratio)

    def forward(self, x, bias=None):
        x = x + self.attn(self.n1(x), bias=bias)
        return x + self.mlp(self.n2(x))


def key_bias(mask):
    """bool (B, S), True = attend, to an additive (B, 1, 1, S)."""
    return (1 - mask.float())[:, None, None, :] * -10000.


class TextEncoder(nn.Module):
    """CLIP's text tower; bidirectional up to the first end token. States after it are exact zeros, which the text projection reads as its mask."""
    def __init__(self, vocab, width=TEXT_WIDTH, layers=6, context=77):
        super().__init__()
        self.end = vocab - 1
        self.tokens, self.places = nn.Embedding(vocab, width), nn.Parameter(torch.randn(context, width) * .02)
        nn.init.normal_(self.tokens.weight, std=.05)
        self.blocks = nn.ModuleList(Block(width, 5) for _ in range(layers))
        self.norm, self.proj = Norm(width), nn.Linear(width, EMBED, bias=False)

    def forward(self, input_ids):
        is_end = (input_ids == self.end).long()
        mask = (is_end.cumsum(1) - is_end) == 0                                # (B, L), the first end token included
        x = self.tokens(input_ids) + self.places[:input_ids.shape[1]]
        bias = key_bias(mask)
        for b in self.blocks:
            x = b(x, bias)
        x = self.norm(x) * mask[..., None].float()
        last = mask.float() * is_end.float()                                   # one-hot of the first end token
        pooled = (x * last[..., None]).sum(1)
        return F.normalize(self.proj(pooled).float(), dim=-1) * EMBED ** .5, x


class Residual(nn.Module):
    """Two 3x3 convolutions, group norm in float32."""
    def __init__(self, width):
        super().__init__()
        self.n1, self.c1 = nn.GroupNorm(8, width), nn.Conv2d(width, width, 3, padding=1)
        self.n2, self.c2 = nn.GroupNorm(8, width), nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.c2.weight)
        nn.init.zeros_(self.c2.bias)

    def forward(self, x):
        h = self.n2(self.c1(F.silu(self.n1(x.float()))).float())
        return x + self.c2(F.silu(h))


class ImageEncoder(nn.Module):
    """CLIP's image tower over 64x64 pictures in [-1, 1]. The embedding keeps the places of what it saw: pooling them away, as
    CLIP does, leaves the layout of a picture to the decoder, which then has to invent it and to draw it at once."""
    def __init__(self, width=192, deep=288):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 4, 2, 1), nn.SiLU(), nn.Conv2d(64, 64, 3, padding=1), nn.SiLU(), nn.Conv2d(64, width, 2, 2))
        self.fine = nn.ModuleList(Residual(width) for _ in range(2))
        self.down = nn.Conv2d(width, deep, 2, 2)
        self.blocks = nn.ModuleList(Residual(deep) for _ in range(3))
        self.norm, self.proj = nn.GroupNorm(8, deep), nn.Conv2d(deep, CELL, 1, bias=False)

    def forward(self, pixel_values):
        x = self.stem(pixel_values).float()
        for b in self.fine:
            x = b(x)
        x = self.down(x).float()
        for b in self.blocks:
            x = b(x)
        seen = self.proj(F.silu(self.norm(x.float()))).float()
        return F.normalize(seen.permute(0, 2, 3, 1).reshape(-1, EMBED), dim=-1) * EMBED ** .5


def cells(embedding):
    """(N, EMBED) to a map (N, CELL, GRID, GRID)."""
    return embedding.reshape(-1, GRID, GRID, CELL).permute(0, 3, 1, 2)


class Autoencoder(nn.Module):
    """64x64x3 to 16x16x8 and back."""
    def __init__(self):
        super().__init__()
        self.enc = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, 64, 3, padding=1), nn.SiLU(), nn.Conv2d(64, 64, 3, padding=1), nn.PixelUnshuffle(2),
                                 nn.Conv2d(256, 128, 1), Residual(128), Residual(128), nn.Conv2d(128, LATENT, 3, padding=1))
        self.dec = nn.Sequential(nn.Conv2d(LATENT, 160, 3, padding=1), Residual(160), Residual(160), Residual(160), nn.Conv2d(160, 4 * 80, 1),
                                 nn.PixelShuffle(2), Residual(80), Residual(80), nn.Conv2d(80, 4 * 32, 3, padding=1), nn.PixelShuffle(2),
                                 nn.SiLU(), nn.Conv2d(32, 32, 3, padding=1), nn.SiLU(), nn.Conv2d(32, 3, 3, padding=1))

    def encode(self, x):
        return self.enc(x).float()

    def decode(self, z):
        return self.dec(z).float()


class Prior(nn.Module):
    """The diffusion prior: predicts the clean (normalised) image embedding from a noised one, the timestep, the text embedding and the
    text states. Its tokens are the cells of the embedding and the words: what goes where is settled here, among sixty-four cells."""
    def __init__(self, width=384, layers=8):
        super().__init__()
        self.width = width
        self.text, self.embed, self.noised = nn.Linear(TEXT_WIDTH, width), nn.Linear(EMBED, width), nn.Linear(CELL, width)
        self.time = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.places = nn.Parameter(torch.randn(GRID * GRID, width) * .5)
        self.blocks = nn.ModuleList(Block(width, 6, 3) for _ in range(layers))
        self.norm, self.out = Norm(width), nn.Linear(width, CELL)

    def forward(self, hidden_states, timestep, proj_embedding, encoder_hidden_states, attention_mask):
        t = self.time(sinusoid(timestep, self.width)).float()
        grid = self.noised(hidden_states.reshape(-1, GRID * GRID, CELL)).float() + self.places + t[:, None]
        own = (self.embed(proj_embedding).float() + t)[:, None]
        x = torch.cat([grid, own, self.text(encoder_hidden_states).float()], 1)
        bias = key_bias(torch.cat([torch.ones_like(attention_mask[:, :1]).expand(-1, GRID * GRID + 1), attention_mask], 1))
        for b in self.blocks:
            x = b(x, bias)
        return self.out(self.norm(x[:, :GRID * GRID])).float().reshape(-1, EMBED)


class TextProjection(nn.Module):
    """What the decoder is conditioned on, from CLIP's two embeddings and the text states (unCLIP, section 2.1)."""
    def __init__(self, layers=1):
        super().__init__()
        self.learned_uncond = nn.Parameter(torch.randn(EMBED) * .5)
        self.text_class, self.image_class = nn.Linear(EMBED, STATES), nn.Linear(EMBED, STATES)
        self.image_tokens, self.places = nn.Linear(CELL, STATES), nn.Parameter(torch.randn(EXTRA, STATES) * .3)
        self.text_in = nn.Linear(TEXT_WIDTH, STATES)
        self.blocks = nn.ModuleList(Block(STATES, 4) for _ in range(layers))
        self.norm = Norm(STATES)

    def forward(self, image_embeddings, prompt_embeds, text_states):
        """(N, EMBED), (N, EMBED), (N, L, TEXT_WIDTH) to (N, EXTRA + L, STATES) and (N, STATES)."""
        mask = text_states.abs().amax(-1) > 0
        bias = key_bias(mask)
        x = self.text_in(text_states)
        for b in self.blocks:
            x = b(x, bias)
        tokens = self.image_tokens(image_embeddings.reshape(-1, EXTRA, CELL)) + self.places
        return torch.cat([tokens.float(), self.norm(x)], 1), self.text_class(prompt_embeds) + self.image_class(image_embeddings)


class Widening(nn.Module):
    """A residual block that may change the width and knows the timestep."""
    def __init__(self, width_in, width, cond):
        super().__init__()
        self.n1, self.c1 = nn.GroupNorm(8, width_in), nn.Conv2d(width_in, width, 3, padding=1)
        self.n2, self.c2, self.mod = nn.GroupNorm(8, width), nn.Conv2d(width, width, 3, padding=1), nn.Linear(cond, 2 * width)
        self.skip = nn.Conv2d(width_in, width, 1) if width_in != width else nn.Identity()
        nn.init.zeros_(self.c2.weight)
        nn.init.zeros_(self.c2.bias)

    def forward(self, x, cond):
        h = self.n2(self.c1(F.silu(self.n1(x.float()))).float())
        scale, shift = self.mod(cond).float()[:, :, None, None].split(h.shape[1], 1)
        return self.skip(x).float() + self.c2(F.silu(h * (1 + scale) + shift))


class Attending(nn.Module):
    """Self-attention over the places of a feature map, then attention to the conditioning."""
    def __init__(self, width, side):
        super().__init__()
        self.side, self.places = side, nn.Parameter(torch.randn(side * side, width) * .3)
        self.n1, self.attn = Norm(width), Attention(width, width // 64)
        self.n2, self.cross = Norm(width), Attention(width, width // 64, STATES)

    def forward(self, x, context, bias):
        width = int(x.shape[1])
        y = x.float().flatten(2).transpose(1, 2)
        y = y + self.attn(self.n1(y + self.places))
        y = y + self.cross(self.n2(y + self.places), context, bias)
        return y.transpose(1, 2).reshape(-1, width, self.side, self.side)


class Decoder(nn.Module):
    """A UNet over the 16x16 latents with one level below at 8x8, where the cells of the image embedding lie upon those of the picture. Predicts v."""
    def __init__(self, width=160, deep=384, cond=STATES):
        super().__init__()
        self.cond = cond
        block = lambda i, o: Widening(i, o, cond)
        self.time = nn.Sequential(nn.Linear(cond, cond), nn.SiLU(), nn.Linear(cond, cond))
        self.map, self.deep_map = nn.Conv2d(CELL, 4 * 64, 1), nn.Conv2d(CELL, deep, 1)
        self.from_tokens = nn.Linear(STATES, CELL)
        self.stem = nn.Conv2d(LATENT + 64, width, 3, padding=1)
        self.d1, self.d2, self.down = block(width, width), block(width, width), nn.Conv2d(width, deep, 2, 2)
        self.m1, self.ma1, self.m2, self.ma2, self.m3 = block(deep, deep), Attending(deep, GRID), block(deep, deep), Attending(deep, GRID), block(deep, deep)
        self.up = nn.Conv2d(deep, 4 * width, 1)
        self.u1, self.u2 = block(2 * width, width), block(2 * width, width)
        self.out_norm, self.out = nn.GroupNorm(8, width), nn.Conv2d(width, LATENT, 3, padding=1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(self, sample, timestep, encoder_hidden_states, class_labels, attention_mask):
        cond = F.silu(self.time(sinusoid(timestep, self.cond)).float() + class_labels.float())
        context, bias = encoder_hidden_states, key_bias(attention_mask)
        seen = self.from_tokens(context[:, :EXTRA]).transpose(1, 2).reshape(-1, CELL, GRID, GRID)
        h0 = self.stem(torch.cat([sample, F.pixel_shuffle(self.map(seen).float(), 2)], 1))
        h1 = self.d1(h0, cond)
        h2 = self.d2(h1, cond)
        m = self.m1(self.down(h2).float() + self.deep_map(seen).float(), cond)
        m = self.m2(self.ma1(m, context, bias), cond)
        m = self.m3(self.ma2(m, context, bias), cond)
        u = F.pixel_shuffle(self.up(m).float(), 2)
        u = self.u1(torch.cat([u, h2], 1), cond)
        u = self.u2(torch.cat([u, h1], 1), cond)
        return self.out(F.silu(self.out_norm(u.float()))).float()


class SuperResBlock(nn.Module):
    """No normalisation: its statistics would differ between the crops of the training and the whole pictures (or tiles) of the use."""
    def __init__(self, width):
        super().__init__()
        self.c1, self.c2, self.shift = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1), nn.Linear(width, width)
        nn.init.kaiming_normal_(self.c1.weight)
        nn.init.normal_(self.c2.weight, std=.3 * (9 * width) ** -.5)

    def forward(self, x, cond):
        return x + self.c2(F.relu(self.c1(x) + self.shift(cond)[:, :, None, None]))


class SuperRes(nn.Module):
    """Predicts the clean picture from (noised ++ upscaled low resolution). Works on a grid four times coarser than the picture,
    where a cell holds 4x4 pixels as channels: the same convolutions serve any height and width divisible by four."""
    def __init__(self, width, layers):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(64, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU())
        self.noised, self.low = nn.Conv2d(48, width, 3, padding=1), nn.Conv2d(48, width, 3, padding=1)
        for c in (self.noised, self.low):
            nn.init.normal_(c.weight, std=2 * (9 * 48) ** -.5)
        self.blocks = nn.ModuleList(SuperResBlock(width) for _ in range(layers))
        self.out = nn.Conv2d(width, 48, 3, padding=1)
        nn.init.normal_(self.out.weight, std=1e-3)
        nn.init.zeros_(self.out.bias)

    @staticmethod
    def signal(timestep):
        """The noised picture counts by the share of signal in it, sqrt(alpha_bar): pure noise would only drown the low resolution."""
        return torch.cos((timestep.float() / 1000 + .008) / 1.008 * (math.pi / 2))[:, None, None, None]

    def forward(self, sample, timestep):
        cond = self.time(sinusoid(timestep, 64))
        noised, low = sample[:, :3] * self.signal(timestep), sample[:, 3:]
        h = self.noised(F.pixel_unshuffle(noised, 4)) + self.low(F.pixel_unshuffle(low, 4))
        for b in self.blocks:
            h = b(h, cond)
        return low + F.pixel_shuffle(self.out(h).float(), 4)


def super_res(stage):
    return SuperRes(112, 8) if stage == "first" else SuperRes(56, 4)
