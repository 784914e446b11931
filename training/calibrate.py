"""Sets the thresholds of output moderation on pictures that the model drew: `calibrate.py FOLDER …`, each the --out of evaluate.py.

concepts.py sets them on drawn scenes that the decoder redrew, before there is a text tower; what the whole model draws of a prompt is nearer to what will be judged."""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from concepts import FORBIDDEN, Concepts
from loop import DEVICE, RUNS, load
from tokenizer import Tokenizer
from train_clip import Pair

ALARMS = .005                                                                  # of the pictures without a kind, for each kind


def scores(folder, clip, model):
    """(N, concepts) of a folder's pictures, and what each is asked and seen to hold by the evaluation's judge."""
    verdicts = json.loads((folder / "verdicts.json").read_text())["verdicts"]
    small = np.stack([np.asarray(Image.open(folder / v["file"]).convert("RGB").resize((64, 64), Image.BICUBIC)) for v in verdicts])
    pictures = torch.from_numpy(small).to(DEVICE).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        found = torch.cat([model(clip.image(part)) for part in pictures.split(200)]).cpu().numpy()
    asked = np.array([[k in v["kinds"] for k in FORBIDDEN] for v in verdicts])
    seen = np.array([[any(f[0] == k for f in v["found"]) for k in FORBIDDEN] for v in verdicts])
    return found, asked, seen


def main(folders):
    clip, model = load("clip", Pair(len(Tokenizer(RUNS / "tokenizer")))), load("concepts", Concepts())
    found, asked, seen = (np.concatenate(c) for c in zip(*(scores(Path(f), clip, model) for f in folders)))
    path = RUNS / "concepts.json"
    about = json.loads(path.read_text())
    for i, concept in enumerate(about["concepts"]):
        without, held = found[~(asked | seen)[:, i], i], found[(asked & seen)[:, i], i]
        concept["threshold"] = round(float(np.quantile(without, 1 - ALARMS)), 5)
        print(f"{concept['name']}: {(held > concept['threshold']).sum()} of {len(held)} caught, {(without > concept['threshold']).sum()} of {len(without)} without it flagged, threshold {concept['threshold']}")
    about["version"] = str(int(about["version"]) + 1)                           # verdicts name it
    path.write_text(json.dumps(about) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
