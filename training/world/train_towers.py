"""CLIP's towers a core each, for processors: `train_towers image MINUTES` by what is where, on scenes and on crowds of things; `train_towers text MINUTES` by the questions
about what was said. After both, `train_towers match MINUTES`: the text tower goes on, and its embeddings come to match those of the finished image tower, near misses in every batch."""
import fcntl

import torch
import torch.nn.functional as F

from loop import DEVICE, RUNS, pool, train
from nets import EMBED
from questions import missed, right
from tokenizer import Tokenizer
from train_clip import MAPS, Pair, found, pictures, told_by, trim

SEEN, PROMPTS, HALF = 64, 192, 48                                              # pictures and prompts of a step; pairs of near misses in a step of `match`


def begun(name):
    """Where there is no run of that name yet, one that begins with CLIP's weights."""
    if not (RUNS / f"{name}.pt").exists():
        torch.save({"ema": torch.load(RUNS / "clip.pt", map_location="cpu")["ema"], "step": 0}, RUNS / f"{name}.pt")


def taken(name, *parts):
    """Puts what the run of that name learned into CLIP, one tower at a time: both may end at once."""
    with open(RUNS / "clip.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        clip, run = (torch.load(RUNS / f"{n}.pt", map_location="cpu") for n in ("clip", name))
        clip["ema"] |= {k: v for k, v in run["ema"].items() if k.split(".")[0] in parts}
        torch.save({"ema": clip["ema"], "step": run["step"]}, RUNS / "clip.pt")


def image(model, minutes):
    begun("image")
    model.requires_grad_(False)
    for part in (model.image, model.map):
        part.requires_grad_(True)
    images, wholes = [[pool(p + name) for p in ("", "crowd_")] for name in ("pictures", "wholes")]
    maps = {k: [pool(p + k) for p in ("", "crowd_")] for k in MAPS}

    def parts():
        rows = [torch.randint(48, len(a), (SEEN // 2,)) for a in images]
        some = lambda both: torch.cat([a[r] for a, r in zip(both, rows)])
        x, truth = pictures(some(images)), {k: some(both).long() for k, both in maps.items()}
        return *told_by(model, model.image(x), x, truth, some(wholes)), truth

    def report():
        seen, losses, truth = parts()
        return found(seen, truth, losses)

    train("image", model, lambda: sum(parts()[1].values()), minutes, lr=1.5e-3, decay=.995, on_log=report)
    taken("image", "image", "map")


def prompts(ids, told, rows, end):
    """One caption of each of `rows`, cut to the longest, and the answers that it gives. Two of a scene's four are English, which is a third of what is read."""
    english = torch.rand(len(rows)) < 1 / 3
    how = torch.where(english, torch.randint(2, (len(rows),)), torch.randint(2, ids.shape[1], (len(rows),)))
    return trim(ids[rows, how], end), told[rows, how].long()


def text(model, minutes):
    begun("text")
    model.requires_grad_(False)
    for part in (model.text, model.questions):
        part.requires_grad_(True)
    tokens, ids, told = Tokenizer(RUNS / "tokenizer"), pool("ids"), pool("told")

    def parts():
        rows, asked = prompts(ids, told, torch.randint(48, len(ids), (PROMPTS,)), tokens.end)
        return model.questions(model.text(rows)[1]), asked

    def report():
        replies, asked = parts()
        return f"missed {float(missed(replies, asked)):.3f}; right {right(replies, asked)}"

    train("text", model, lambda: missed(*parts()), minutes, lr=1.5e-3, decay=.99, on_log=report)
    taken("text", "text", "questions")


def match(model, minutes):
    begun("match")
    model.requires_grad_(False)
    for part in (model.text, model.questions, model.expectation):
        part.requires_grad_(True)
    model.scale.requires_grad_(True)
    tokens, ids, told, embeds, target = Tokenizer(RUNS / "tokenizer"), pool("ids"), pool("told"), pool("embeds"), torch.arange(2 * HALF)

    def parts():
        first = torch.randint(24, len(ids) // 2, (HALF,))
        pick = torch.cat([first * 2, first * 2 + 1])
        rows, asked = prompts(ids, told, pick, tokens.end)
        b, (a, states) = embeds[pick].float(), model.text(rows)
        logits = a.float() @ b.t() / EMBED * model.scale.exp().clamp(max=60)
        replies = model.questions(states)
        return {"pairs": (F.cross_entropy(logits, target) + F.cross_entropy(logits.t(), target)) / 4, "expected": (model.expectation(states) - b).square().mean(),
                "reading": missed(replies, asked)}, logits, replies, asked

    def report():
        losses, logits, replies, asked = parts()
        return f"matched {float((logits.argmax(1) == target).float().mean()):.3f}, " + ", ".join(f"{k} {float(v):.3f}" for k, v in losses.items()) + f"; right {right(replies, asked)}"

    train("match", model, lambda: sum(parts()[0].values()), minutes, lr=1e-3, decay=.99, on_log=report)
    taken("match", "text", "questions", "expectation", "scale")


def main(what, minutes):
    {"image": image, "text": text, "match": match}[what](Pair(len(Tokenizer(RUNS / "tokenizer"))), minutes)
