"""The networks' forwards as they are exported: the same weights and the same numbers from less work.

Text is computed up to the last word that any row of the batch attends to, instead of all 77 places: what lies behind it has the weight zero in every sum.
A prompt of twelve words leaves a third of the prior. A row's bits do not change with its company's length, since zeros come last and change no sum."""
import torch
import torch.nn.functional as F
from torch import nn

from nets import CELL, EMBED, EXTRA, GRID, STATES, key_bias, sinusoid


class Reshaped(torch.autograd.Function):
    """ONNX's Reshape, whose 0 keeps a length that only the run knows; torch would export a dozen nodes that compute it."""
    @staticmethod
    def forward(ctx, x, *shape):
        return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape)])

    @staticmethod
    def symbolic(g, x, *shape):
        return g.op("Reshape", x, g.op("Constant", value_t=torch.tensor(shape)))


class Padded(torch.autograd.Function):
    """Rows of (B, n, width) up to `length`, zeros behind them."""
    @staticmethod
    def forward(ctx, x, length):
        return F.pad(x, (0, 0, 0, length - x.shape[1]))

    @staticmethod
    def symbolic(g, x, length):
        constant = lambda *v: g.op("Constant", value_t=torch.tensor(v))
        missing = g.op("Sub", constant(length), g.op("Shape", x, start_i=1, end_i=2))
        return g.op("Pad", x, g.op("Concat", constant(0, 0, 0, 0), missing, constant(0), axis_i=0))


class Normalised(torch.autograd.Function):
    """Group norm without scale and shift."""
    @staticmethod
    def forward(ctx, x, groups, eps, *shape):
        return F.group_norm(x, groups, eps=eps)

    @staticmethod
    def symbolic(g, x, groups, eps, *shape):
        constant = lambda t: g.op("Constant", value_t=t)
        grouped = g.op("Reshape", x, constant(torch.tensor([0, groups, -1])))
        normal = g.op("InstanceNormalization", grouped, constant(torch.ones(groups)), constant(torch.zeros(groups)), epsilon_f=eps)
        return g.op("Reshape", normal, constant(torch.tensor([-1, *shape])))


def reach(mask):
    """bool (B, L) to the place after the last one that any row attends to, at least 1."""
    places = torch.arange(1, int(mask.shape[1]) + 1, device=mask.device)
    return (mask.long() * places).max().clamp(min=1)


def heads(y, parts, count):
    """(B, S, parts * width) to parts of (B, heads, S, width / heads)."""
    split = lambda part: Reshaped.apply(part, 0, 0, count, -1).transpose(1, 2)
    return [split(part) for part in y.split(int(y.shape[-1]) // parts, -1)]


def attend(q, k, v, out, bias=None):
    """(B, heads, S, d) each; `bias` is (B, 1, 1, S)."""
    s = q @ k.transpose(-1, -2) * int(q.shape[-1]) ** -.5
    if bias is not None:
        s = s + bias
    return out(Reshaped.apply((s.softmax(-1) @ v).transpose(1, 2), 0, 0, -1))


def self_attention(attention, x, bias=None, asked=None):
    """Of the first `asked` places, or of all."""
    q, k, v = heads(attention.qkv(x), 3, attention.heads)
    return attend(q if asked is None else q[:, :, :asked], k, v, attention.out, bias)


def block(b, x, bias=None, asked=None):
    y = self_attention(b.attn, b.n1(x), bias, asked)
    x = (x if asked is None else x[:, :asked]) + y
    return x + b.mlp(b.n2(x))


class TextEncoder(nn.Module):
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, input_ids):
        n = self.network
        is_end = (input_ids == n.end).long()
        mask = (is_end.cumsum(1) - is_end) == 0
        last = (mask.float() * is_end.float())[..., None]
        length = int(input_ids.shape[1])
        words = reach(mask)
        bias, seen = key_bias(mask[:, :words]), mask[:, :words, None].float()
        x = n.tokens(input_ids[:, :words]) + n.places[:words]
        for b in n.blocks:
            x = block(b, x, bias)
        x = n.norm(x) * seen
        pooled = (x * last[:, :words]).sum(1)
        return F.normalize(n.proj(pooled).float(), dim=-1) * EMBED ** .5, Padded.apply(x, length)


class Prior(nn.Module):
    """Beside the cells stand the text embedding and, in the first model, the whole noised embedding."""
    def __init__(self, network):
        super().__init__()
        self.network, self.own = network, 2 if hasattr(network, "whole") else 1

    def forward(self, hidden_states, timestep, proj_embedding, encoder_hidden_states, attention_mask):
        n, cells = self.network, GRID * GRID
        words = reach(attention_mask)
        t = n.time(sinusoid(timestep, n.width)).float()
        grid = n.noised(hidden_states.reshape(-1, cells, CELL)).float() + n.places + t[:, None]
        if self.own == 2:
            own = torch.stack([n.embed(proj_embedding).float() + n.kinds[0], n.whole(hidden_states).float() + t + n.kinds[1]], 1)
        else:
            own = (n.embed(proj_embedding).float() + t)[:, None]
        x = torch.cat([grid, own, n.text(encoder_hidden_states[:, :words]).float()], 1)
        bias = F.pad(key_bias(attention_mask[:, :words]), (cells + self.own, 0))
        for b in n.blocks[:-1]:
            x = block(b, x, bias)
        x = block(n.blocks[-1], x, bias, asked=cells)                          # nobody reads the words' last layer
        return n.out(n.norm(x)).float().reshape(-1, EMBED)


class TextProjection(nn.Module):
    """For a batch whose first half is unconditional."""
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, image_embeddings, prompt_embeds, text_encoder_hidden_states):
        n, states = self.network, text_encoder_hidden_states
        null = n.learned_uncond.reshape(1, -1) + torch.zeros_like(image_embeddings)
        image = torch.cat([null, image_embeddings])
        mask = states.abs().amax(-1) > 0
        words = reach(mask)
        bias = key_bias(mask[:, :words])
        x = n.text_in(states[:, :words])
        for b in n.blocks:
            x = block(b, x, bias)
        tokens = n.image_tokens(image.reshape(-1, EXTRA, CELL)) + n.places
        context = torch.cat([tokens.float(), n.norm(x)], 1)
        return Padded.apply(context, EXTRA + int(states.shape[1])), n.text_class(prompt_embeds) + n.image_class(image)


def normal(norm, x, scale, shift):
    """Group norm with the scale and shift of each row, (B, C, 1, 1)."""
    return Normalised.apply(x, norm.num_groups, norm.eps, *(int(n) for n in x.shape[1:])) * scale + shift


class Decoder(nn.Module):
    """The timestep's scales and shifts of all blocks are one matrix product, into which the second norms' own scales and shifts are multiplied.
    The first model's takes the latents as a map of half the sides; the larger world's takes them as they are, and the cells from their tokens."""
    def __init__(self, network):
        super().__init__()
        self.network, self.fine = network, hasattr(network, "from_tokens")
        self.blocks = [network.d1, network.d2, network.m1, network.m2, network.m3, network.u1, network.u2]
        weights, biases = [], []
        for b in self.blocks:
            (ws, wt), (bs, bt) = b.mod.weight.chunk(2), b.mod.bias.chunk(2)
            g, c = b.n2.weight, b.n2.bias
            # (x g + c) (1 + s) + t = x g (1 + s) + (c (1 + s) + t)
            weights += [g[:, None] * ws, c[:, None] * ws + wt]
            biases += [g * (1 + bs), c * (1 + bs) + bt]
        self.sizes = [len(b) for b in biases]
        self.weight, self.bias = nn.Parameter(torch.cat(weights)), nn.Parameter(torch.cat(biases))
        self.both = [network.ma1, network.ma2]
        self.kv_weight = nn.Parameter(torch.cat([a.cross.kv.weight for a in self.both]))
        self.kv_bias = nn.Parameter(torch.cat([a.cross.kv.bias for a in self.both]))

    def widening(self, b, x, scale, shift):
        of = lambda v: v[:, None, None]
        h = normal(b.n1, x, of(b.n1.weight), of(b.n1.bias))
        h = normal(b.n2, b.c1(F.silu(h)), scale, shift)
        return b.skip(x) + b.c2(F.silu(h))

    def attending(self, a, x, k, v, bias):
        width = int(x.shape[1])
        y = x.flatten(2).transpose(1, 2)
        y = y + self_attention(a.attn, a.n1(y + a.places))
        y = y + attend(*heads(a.cross.q(a.n2(y + a.places)), 1, a.cross.heads), k, v, a.cross.out, bias)
        return y.transpose(1, 2).reshape(-1, width, a.side, a.side)

    def forward(self, sample, timestep, encoder_hidden_states, class_labels, attention_mask):
        n, context = self.network, encoder_hidden_states
        cond = F.silu(n.time(sinusoid(timestep, n.cond)).float() + class_labels.float())
        moved = F.linear(cond, self.weight, self.bias)[:, :, None, None].split(self.sizes, 1)
        w = lambda b: moved[2 * self.blocks.index(b):][:2]
        seen = n.from_tokens(context[:, :EXTRA]) if self.fine else context[:, :EXTRA]
        seen = seen.transpose(1, 2).reshape(-1, CELL if self.fine else STATES, GRID, GRID)
        told = reach(attention_mask)
        bias = key_bias(attention_mask[:, :told])
        k1, v1, k2, v2 = heads(F.linear(context[:, :told], self.kv_weight, self.kv_bias), 4, n.ma1.cross.heads)
        h0 = n.stem(torch.cat([sample if self.fine else F.pixel_unshuffle(sample, 2), F.pixel_shuffle(n.map(seen), 2)], 1))
        h1 = self.widening(n.d1, h0, *w(n.d1))
        h2 = self.widening(n.d2, h1, *w(n.d2))
        m = self.widening(n.m1, n.down(h2) + n.deep_map(seen), *w(n.m1))
        m = self.widening(n.m2, self.attending(n.ma1, m, k1, v1, bias), *w(n.m2))
        m = self.widening(n.m3, self.attending(n.ma2, m, k2, v2, bias), *w(n.m3))
        u = F.pixel_shuffle(n.up(m), 2)
        u = self.widening(n.u1, torch.cat([u, h2], 1), *w(n.u1))
        u = self.widening(n.u2, torch.cat([u, h1], 1), *w(n.u2))
        of = lambda v: v[:, None, None]
        out = n.out(F.silu(normal(n.out_norm, u, of(n.out_norm.weight), of(n.out_norm.bias))))
        return out if self.fine else F.pixel_shuffle(out, 2)


class SuperRes(nn.Module):
    """The unshuffle and both first convolutions as one of stride four over the picture itself: the same sums, without the transpositions. The timestep's
    shift is a map as large as the convolution's output: ONNX Runtime adds that, and takes the positive part, while it convolves."""
    def __init__(self, network, side):
        super().__init__()
        self.network, self.side = network, side
        stem = nn.Conv2d(6, network.low.out_channels, 12, stride=4, padding=4)
        # (o, c i j, y, x) of the coarse grid to (o, c, y i, x j) of the picture
        fine = lambda w: w.reshape(len(w), 3, 4, 4, 3, 3).permute(0, 1, 4, 2, 5, 3).reshape(len(w), 3, 12, 12)
        stem.weight = nn.Parameter(torch.cat([fine(network.noised.weight), fine(network.low.weight)], 1))
        stem.bias = nn.Parameter(network.noised.bias + network.low.bias)
        self.stem = stem.requires_grad_(False)
        self.register_buffer("of_noised", torch.tensor([1., 1, 1, 0, 0, 0]).reshape(1, 6, 1, 1))

    def shuffle(self, h):
        """F.pixel_shuffle(h, 4) by two transpositions that ONNX Runtime does a row at a time; its DepthToSpace takes three times as long."""
        grid, side = self.side // 4, self.side
        h = h.reshape(-1, 3, 4, 4, grid * grid).transpose(3, 4)                # (B, 3, i, y x, j)
        return h.reshape(-1, 3, 4, grid, side).transpose(2, 3).reshape(-1, 3, side, side)

    def forward(self, sample, timestep):
        n = self.network
        cond = n.time(sinusoid(timestep, 64))[:, :, None, None]
        h = self.stem(sample * (1 + self.of_noised * (n.signal(timestep) - 1)))
        for b in n.blocks:
            shift = F.conv2d(cond, b.shift.weight[:, :, None, None], b.shift.bias)
            h = h + b.c2(F.relu(b.c1(h) + F.interpolate(shift, scale_factor=self.side // 4, mode="nearest")))
        return sample[:, 3:] + self.shuffle(n.out(h))
