"""What the text tower must be able to answer about a prompt: contrast alone does not ask who is where in which colour (arXiv 2210.01936)."""
import torch
from torch import nn

from captions import CHOICES
from nets import TEXT_WIDTH, Attention, Norm, key_bias, mlp


class Questions(nn.Module):
    """One look at the states for every question: what belongs together must already stand together in them."""
    def __init__(self, width=TEXT_WIDTH):
        super().__init__()
        self.asked = nn.Parameter(torch.randn(len(CHOICES), width) * .5)
        self.norm, self.cross, self.mlp = Norm(width), Attention(width, width // 64, width), mlp(width, 1)
        self.out = nn.ModuleList(nn.Linear(width, n) for n in CHOICES)

    def forward(self, states):
        x = self.cross(self.norm(self.asked.expand(states.shape[0], -1, -1)), states, key_bias(states.abs().amax(-1) > 0))
        x = x + self.mlp(x)
        return [out(x[:, i]).float() for i, out in enumerate(self.out)]
