"""What a caption says, as answers to questions. Contrast alone leaves "a red star left of a blue house" and the same words in another order nearly
alike, since most pairs of a batch differ in their words; so the text states must also answer these."""
import torch
import torch.nn.functional as F
from torch import nn

import world
from nets import TEXT_WIDTH, Attention, Norm, key_bias, mlp

SIZES, RELATIONS, COLOURS = list(world.SIZE_WORDS), list(world.RELATIONS), list(world.COLOURS)
CHOICES = [len(world.KINDS), len(COLOURS), len(SIZES) + 1] * 4 + [len(RELATIONS) + 1, 5, len(COLOURS), len(COLOURS)]


def facts(o):
    return [-1] * 3 if o is None else [world.KINDS.index(o.kind), COLOURS.index(o.colour), SIZES.index(o.size) if o.size in SIZES else len(SIZES)]


def answers(scene, mentioned, told):
    """Kind, colour and size of the left or upper thing and of the other (where the words say which that is), then of what is mentioned first and second
    ("a white fish and a yellow triangle" says no places but must still not come out as a yellow fish); how the first mentioned stands to the
    second, the number, the background. -1 where there is nothing to know."""
    one = len(mentioned) == 1
    first, second = (mentioned[0], None) if one else mentioned if told in ("left", "above") else mentioned[::-1] if told else (None, None)
    number = len(scene.objects) - 1 if scene.relation is None else 4
    return facts(first) + facts(second) + facts(mentioned[0]) + facts(None if one else mentioned[1]) + [
        RELATIONS.index(told) if told else len(RELATIONS), number, COLOURS.index(scene.background[0]), COLOURS.index(scene.background[-1])]


class Questions(nn.Module):
    """One look at the states for every question: what belongs together must already stand together in them."""
    def __init__(self, width=TEXT_WIDTH):
        super().__init__()
        self.asked = nn.Parameter(torch.randn(len(CHOICES), width) * .5)
        self.norm, self.cross, self.mlp = Norm(width), Attention(width, 4, width), mlp(width, 1)
        self.out = nn.ModuleList(nn.Linear(width, n) for n in CHOICES)

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
