"""Teaches CLIP's two reading heads anew beside its finished towers, as train_clip.py had taught them: train_languages.py asks them, and a recovered model has none."""
import sys

import torch

from loop import DEVICE, RUNS, pool, train
from questions import missed, right
from tokenizer import Tokenizer
from train_clip import Pair, pictures, trim

BATCH = 128


def main(minutes):
    tokens = Tokenizer(RUNS / "tokenizer")
    model = Pair(len(tokens)).requires_grad_(False)
    for head in (model.expectation, model.questions):
        head.requires_grad_(True)
    images, ids, told = pool("pictures"), pool("ids"), pool("told")

    def parts():
        pick = torch.randint(len(images), (BATCH,), device=DEVICE)
        how = torch.randint(ids.shape[1], (BATCH,), device=DEVICE)
        asked = told[pick, how].long()
        with torch.no_grad():
            states, embeds = model.text(trim(ids[pick, how], tokens.end))[1], model.image(pictures(images[pick]))
        replies = model.questions(states)
        return {"expected": (model.expectation(states) - embeds).square().mean(), "reading": missed(replies, asked)}, replies, asked

    def report():
        losses, replies, asked = parts()
        return ", ".join(f"{k} {float(v):.3f}" for k, v in losses.items()) + "; right " + right(replies, asked)

    train("clip", model, lambda: sum(parts()[0].values()), minutes, lr=2e-3, decay=.99, on_log=report)


if __name__ == "__main__":
    main(float(sys.argv[1]))
