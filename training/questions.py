"""Questions about a prompt that the text tower's states must answer. Contrast alone leaves "a red star left of a blue house" and the same words in another order
nearly alike, since most pairs of a batch differ in their words (arXiv 2210.01936)."""
import torch
import torch.nn.functional as F
from torch import nn

from nets import TEXT_WIDTH, Attention, Norm, key_bias, mlp


class Questions(nn.Module):
    """One look at the states for every question: what belongs together must already stand together in them. `choices`: the number of answers to each."""
    def __init__(self, choices, width=TEXT_WIDTH):
        super().__init__()
        self.asked = nn.Parameter(torch.randn(len(choices), width) * .5)
        self.norm, self.cross, self.mlp = Norm(width), Attention(width, width // 64, width), mlp(width, 1)
        self.out = nn.ModuleList(nn.Linear(width, n) for n in choices)

    def forward(self, states):
        x = self.cross(self.norm(self.asked.expand(states.shape[0], -1, -1)), states, key_bias(states.abs().amax(-1) > 0))
        x = x + self.mlp(x)
        return [out(x[:, i]).float() for i, out in enumerate(self.out)]


def missed(replies, asked):
    """The loss of a batch's answers; what there is nothing to know of does not count."""
    return .5 * sum(F.cross_entropy(r, asked[:, i], ignore_index=-1, reduction="sum") for i, r in enumerate(replies)) / len(asked)


def right(replies, asked):
    """The share of right answers to each question, in words."""
    return " ".join(f"{float((r.argmax(1) == asked[:, i])[asked[:, i] >= 0].float().mean()):.2f}" for i, r in enumerate(replies))
