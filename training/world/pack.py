"""Carries the averaged weights of runs between machines: float16, in files under 15 MB. `pack.py pack FOLDER RUN …` there, `pack.py unpack FOLDER …` here."""
import os
import shutil
import sys
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
RUNS = Path(os.environ.get("LIMNER_RUNS", HERE.parent / "runs"))
LIMIT = 14_500_000
SMALL = ("latents.pt", "clip_mean.npy", "clip_std.npy", "concepts.json")


def pack(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    part, size, number = {}, 0, 0

    def write():
        nonlocal part, size, number
        torch.save(part, folder / f"{names[0]}.{number}.part")
        part, size, number = {}, 0, number + 1

    for name in names:
        if not (RUNS / f"{name}.pt").exists():
            print(f"{name} is not there", flush=True)
            continue
        saved = torch.load(RUNS / f"{name}.pt", map_location="cpu")
        for key, value in saved["ema"].items():
            value = value.half() if value.is_floating_point() else value
            bytes_of = value.numel() * value.element_size() + 300
            if size + bytes_of > LIMIT:
                write()
            part[f"{name}/{key}"] = value.clone()
            size += bytes_of
        part[f"{name}:"] = {"step": saved["step"], "spent": saved["spent"]}
    write()
    # The small files in one archive: the way back holds few files.
    lot = folder.parent / f"small-{names[0]}"                                  # two stages may pack at once
    lot.mkdir(exist_ok=True)
    for path in [*(RUNS / s for s in SMALL), *RUNS.glob("*.jsonl"), *RUNS.glob("*.log"), *RUNS.glob("*.png")]:
        if path.exists():
            shutil.copy(path, lot)
    shutil.make_archive(str(folder / f"small-{names[0]}"), "zip", lot)
    shutil.rmtree(lot)


def unpack(folders):
    runs = {}
    RUNS.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        for path in sorted(folder.glob("*.part")):
            for key, value in torch.load(path, map_location="cpu").items():
                if key.endswith(":"):
                    runs.setdefault(key[:-1], {}).update(value)
                else:
                    name, weight = key.split("/", 1)
                    runs.setdefault(name, {}).setdefault("ema", {})[weight] = value
        for path in folder.glob("small-*.zip"):
            shutil.unpack_archive(path, RUNS)
    for name, run in runs.items():
        torch.save(run, RUNS / f"{name}.pt")
        print(name, sum(v.numel() for v in run["ema"].values()), "weights, step", run["step"])


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    pack(Path(rest[0]), rest[1:]) if what == "pack" else unpack([Path(r) for r in rest])
