"""Scores a model folder through the product's own command line: GenEval's six categories (arXiv 2310.11513) on combinations that training never showed,
styles, twelve languages, and words on signs.

A picture counts when exactly the asked things are in it: kinds, and where the prompt says so colours, number and places. The judge is judge.py, trained on
drawn pictures alone; its own accuracy is printed first and bounds every score from above."""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import judge
import scenes as world
from captions import LANGUAGES, described
from loop import DEVICE, load
from scenes import NAMES, Scene, Thing
from things import KINDS, SETTINGS, SIGNED, STYLED, STYLES
from words import HELD_OUT_WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
GENEVAL = ["single object", "two objects", "counting", "colours", "position", "colour attribution"]


def ask(category, things, language="en", **scene):
    s = Scene([Thing(k, c, 1) for k, c in things], **scene)
    return {"category": category, "prompt": described(np.random.default_rng(0), s, language, canonical=True)[0], "things": things, "relation": s.relation,
            "styles": list(s.styles), "setting": s.setting if s.setting > 1 else None, "word": s.word, "language": language}


def requests(per_category, seed=77):
    rng = np.random.default_rng(seed)
    pick = lambda seq: seq[int(rng.integers(len(seq)))]
    every = range(len(KINDS))
    pairs = [(a, b) for a in every for b in every if world.held_out_pair(a, b)]
    coloured = [(k, c) for k in every for c in range(len(NAMES)) if k not in world.SHAPES and world.held_out_colour(k, c)]
    painted = [(k, x) for k in every for x in range(1, len(STYLES)) if world.held_out_style(k, x)]
    natural = lambda k: (k, int(rng.integers(12)) if k in world.COLOURLESS else -1)
    rows = []
    for i in range(per_category):
        rows.append(ask(GENEVAL[0], [natural(int(rng.integers(len(KINDS))))]))
        rows.append(ask(GENEVAL[1], [natural(k) for k in pick(pairs)]))
        rows.append(ask(GENEVAL[2], [natural(int(rng.integers(len(KINDS))))] * (2 + i % 5)))
        rows.append(ask(GENEVAL[3], [pick(coloured)]))
        rows.append(ask(GENEVAL[4], [natural(k) for k in pick(pairs)], relation=["left", "right", "above", "below"][i % 4]))
        a, b = pick(coloured), pick(coloured)
        while a[0] == b[0] or a[1] == b[1]:
            b = pick(coloured)
        rows.append(ask(GENEVAL[5], [a, b]))
        if STYLED:
            k, x = pick(painted)
            rows.append(ask("style", [natural(k)], styles=(x,)))
        if SIGNED:
            rows.append(ask("words", [], word=HELD_OUT_WORDS[i % len(HELD_OUT_WORDS)]))
    # The same requests in every language: a thing, a thing with a colour in a setting, two things with places, several.
    same = []
    for i in range(max(4, per_category // 2)):
        same.append([dict(things=[natural(int(rng.integers(len(KINDS))))]), dict(things=[pick(coloured)], setting=int(rng.integers(2, len(SETTINGS)))),
                     dict(things=[natural(k) for k in pick(pairs)], relation=["left", "right", "above", "below"][i // 4 % 4]), dict(things=[natural(int(rng.integers(len(KINDS))))] * (2 + i % 3))][i % 4])
    return rows + [ask("language", language=language, **r) for language in LANGUAGES for r in same]


def judged(found, row):
    """Whether the things found are exactly the wanted ones, in the asked colours and place; or the style or the word is the asked one."""
    if row["category"] == "style":
        return found["styles"] == row["styles"]
    if row["category"] == "words":
        return found["word"] == row["word"]
    rest, matched = list(found["things"]), []
    if len(rest) != len(row["things"]):
        return False
    for kind, colour in row["things"]:
        hit = next((f for f in rest if f[0] == kind and (colour < 0 or f[1] == colour)), None)
        if hit is None:
            return False
        rest.remove(hit)
        matched.append(hit)
    if row["relation"]:
        dx, dy = matched[0][2] - matched[1][2], matched[0][3] - matched[1][3]
        along, across = (dx, dy) if row["relation"] in ("left", "right") else (dy, dx)
        return (along < 0) == (row["relation"] in ("left", "above")) and abs(along) > abs(across)
    return row["setting"] is None or found["setting"] == row["setting"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=ROOT / "models/limner-world")
    parser.add_argument("--per-category", type=int, default=40, help="prompts in each category (default 40)")
    parser.add_argument("--images", type=int, default=2, help="pictures for each prompt")
    parser.add_argument("--out", type=Path, help="keep the pictures here")
    parser.add_argument("--json", type=Path, help="write the scores and every verdict here")
    parser.add_argument("options", nargs="*", help="passed on to limner generate, after --")
    args = parser.parse_args()
    accuracy = judge.accuracy()
    rows = requests(args.per_category)
    out = args.out or Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise SystemExit(f"{out} is not empty; pictures of another model would be counted with those of this one")
    listing = out / "prompts.txt"
    listing.write_text("".join(r["prompt"] + "\n" for r in rows), encoding="utf-8")
    subprocess.run([ROOT / "limner", "generate", "--prompts", listing, "-n", str(args.images), "--seed", "1000", "--size", "256x256",
                    "--model", args.model, "--out", out, *args.options], check=True)
    model, hits, verdicts = load("judge", judge.Judge()), {}, []
    for i, row in enumerate(rows, 1):
        files = sorted(p for p in (out / f"{i:03}").glob("*.png") if p.name != "contact-sheet.png")
        if len(files) != args.images:
            raise SystemExit(f"{out / f'{i:03}'} has {len(files)} pictures instead of {args.images}")
        pictures = np.stack([np.asarray(Image.open(p).convert("RGB")) for p in files])
        for p, found in zip(files, judge.seen(model, torch.from_numpy(pictures).permute(0, 3, 1, 2).float().to(DEVICE) / 127.5 - 1)):
            right = bool(judged(found, row))
            key = row["category"] if row["category"] != "language" else f"language {row['language']}"
            hits.setdefault(key, []).append(right)
            verdicts.append({"file": str(p.relative_to(out)), "prompt": row["prompt"], "category": key, "right": right, "word": found["word"], "styles": [STYLES[k] for k in found["styles"]],
                             "found": [[KINDS[t[0]], NAMES[t[1]] if t[1] >= 0 else None] for t in found["things"]]})
    scores = {c: float(np.mean(v)) for c, v in hits.items()}
    scores["overall"] = float(np.mean([scores[c] for c in GENEVAL]))
    for c, s in scores.items():
        print(f"{c:20} {s:.3f}")
    if args.json:
        args.json.write_text(json.dumps({"judge": accuracy, "prompts": len(rows), "images_per_prompt": args.images, "scores": scores, "verdicts": verdicts}, ensure_ascii=False, indent=1) + "\n")
