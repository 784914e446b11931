"""Scores a model folder on held-out prompts in GenEval's six categories (arXiv 2310.11513), through the product's own command line.

A picture counts when exactly the asked things are in it: kinds, and where the prompt says so colours, number and places. The judge is
detector.py, trained on drawn pictures alone; its own accuracy is printed first and bounds every score from above."""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import calibrate
import detector
import translations
import world
from concepts import FORBIDDEN, Concepts
from loop import RUNS, load
from tokenizer import Tokenizer
from train_clip import Pair

ROOT = Path(__file__).resolve().parent.parent
CATEGORIES = ["single object", "two objects", "counting", "colours", "position", "colour attribution"]


def article(text):
    return ("an " if text[0] in "aeiou" else "a ") + text


BACKDROPS = [("", None), ("", None), (" on a white background", ("white",)), (" on a yellow background", ("yellow",)), (" on a black to blue gradient", ("black", "blue"))]


def prompts(per_category, seed=77, language="en"):
    """[(category, prompt, wanted things, relation)]: combinations that training never showed wherever the category has combinations."""
    rows = []
    for i, (category, prompt, wanted, relation, backdrop) in enumerate(asked(per_category, seed)):
        if language != "en":
            several = category == "counting"
            things = [(kind, colour, None) for kind, colour in (wanted[:1] if several else wanted)]
            said = translations.Said(things, len(wanted) if several else 1, relation, backdrop)
            prompt = translations.translated(np.random.default_rng([seed, i]), said, language, usual=True)
        rows.append((category, prompt, wanted, relation))
    return rows


def asked(per_category, seed):
    """In English, with the background."""
    rng = np.random.default_rng(seed)
    pick = lambda seq: seq[int(rng.integers(len(seq)))]
    word = lambda kind: world.KIND_WORDS[kind][0][0]
    unseen = sorted(world.HELD_OUT_COLOURS)
    pairs = sorted(world.HELD_OUT_PAIRS)
    rows = []
    for i in range(per_category):
        kind = world.KINDS[i % len(world.KINDS)]
        told, backdrop = pick(BACKDROPS)
        rows.append((CATEGORIES[0], article(word(kind)) + told, [(kind, None)], None, backdrop))
        a, b = pick(pairs) if rng.random() < .5 else pick(pairs)[::-1]
        rows.append((CATEGORIES[1], f"{article(word(a))} and {article(word(b))}", [(a, None), (b, None)], None, None))
        kind, colour = unseen[i % len(unseen)]
        n = 2 + i % 3
        rows.append((CATEGORIES[2], f"{world.NUMBERS[n][0]} {colour} {world.KIND_WORDS[kind][0][1]}", [(kind, colour)] * n, None, None))
        kind, colour = unseen[(i * 5 + 3) % len(unseen)]
        rows.append((CATEGORIES[3], article(f"{colour} {word(kind)}"), [(kind, colour)], None, None))
        a, b = pick(pairs) if rng.random() < .5 else pick(pairs)[::-1]
        relation = list(world.RELATIONS)[i % 4]
        rows.append((CATEGORIES[4], f"{article(word(a))} {world.RELATIONS[relation][0]} {article(word(b))}", [(a, None), (b, None)], relation, None))
        a, b = pick(unseen), pick(unseen)
        while a[0] == b[0] or a[1] == b[1]:
            b = pick(unseen)
        rows.append((CATEGORIES[5], f"{article(f'{a[1]} {word(a[0])}')} and {article(f'{b[1]} {word(b[0])}')}", [a, b], None, None))
    return rows


def judged(found, wanted, relation):
    """Whether the things found are exactly the wanted ones, in the asked place."""
    if len(found) != len(wanted):
        return False
    rest = list(found)
    matched = []
    for kind, colour in wanted:
        hit = next((f for f in rest if f[0] == kind and colour in (None, f[1])), None)
        if hit is None:
            return False
        rest.remove(hit)
        matched.append(hit)
    if relation:
        dx, dy = matched[0][2] - matched[1][2], matched[0][3] - matched[1][3]
        along, across = (dx, dy) if relation in ("left", "right") else (dy, dx)
        return (along < 0) == (relation in ("left", "above")) and abs(along) > abs(across)
    return True


def print_caught(out):
    """What the shipped concept vectors catch of the forbidden kinds that were asked for and that the judge sees, and how much of the rest they flag."""
    found, asked, seen = calibrate.scores(out, load("clip", Pair(len(Tokenizer(RUNS / "tokenizer")))), load("concepts", Concepts()))
    flagged = found > [c["threshold"] for c in json.loads((RUNS / "concepts.json").read_text())["concepts"]]
    for i, kind in enumerate(FORBIDDEN):
        both = seen[:, i] & asked[:, i]
        print(f"{kind}: {flagged[both, i].sum()} of {both.sum()} caught")
    neither = ~(seen | asked).any(1)
    print(f"without either: {flagged[neither].any(1).mean():.3f} of {neither.sum()} flagged")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=ROOT / "models/limner-first")
    parser.add_argument("--per-category", type=int, default=34, help="prompts in each of the six categories (default 34: 204 in all)")
    parser.add_argument("--language", default="en", choices=translations.LANGUAGES, help="of the prompts (default en)")
    parser.add_argument("--images", type=int, default=4, help="pictures for each prompt")
    parser.add_argument("--out", type=Path, help="keep the pictures here, and verdicts.json with the scores and every verdict")
    parser.add_argument("options", nargs="*", help="passed on to limner generate, after --")
    args = parser.parse_args()
    accuracy = detector.accuracy()
    rows = prompts(args.per_category, language=args.language)
    out = args.out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise SystemExit(f"{out} is not empty; pictures of another model would be counted with those of this one")
    listing = out / "prompts.txt"
    listing.write_text("".join(r[1] + "\n" for r in rows))
    subprocess.run([ROOT / "limner", "generate", "--prompts", listing, "-n", str(args.images), "--seed", "1000", "--size", "256x256",
                    "--model", args.model, "--out", out, *args.options], check=True)
    judge = load("detector", detector.Classifier())
    hits, verdicts = {c: [] for c in CATEGORIES}, []
    for i, (category, prompt, wanted, relation) in enumerate(rows, 1):
        files = sorted(p for p in (out / f"{i:03}").glob("*.png") if p.name != "contact-sheet.png")
        if len(files) != args.images:
            raise SystemExit(f"{out / f'{i:03}'} has {len(files)} pictures instead of {args.images}")
        for p in files:
            found = detector.things(np.asarray(Image.open(p).convert("RGB")), judge)
            right = bool(judged(found, wanted, relation))
            hits[category].append(right)
            verdicts.append({"file": str(p.relative_to(out)), "prompt": prompt, "kinds": [kind for kind, _ in wanted], "right": right, "found": [f[:2] for f in found]})
    scores = {c: float(np.mean(v)) for c, v in hits.items()}
    scores["overall"] = float(np.mean([scores[c] for c in CATEGORIES]))
    for c, s in scores.items():
        print(f"{c:20} {s:.3f}")
    (out / "verdicts.json").write_text(json.dumps({"detector": accuracy, "prompts": len(rows), "images_per_prompt": args.images, "scores": scores, "verdicts": verdicts}, indent=1) + "\n")
    print_caught(out)


if __name__ == "__main__":
    main()
