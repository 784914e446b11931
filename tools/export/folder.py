"""What a model folder has beside its graphs: tokenizer, schedulers, index, limner.json."""
import hashlib
import json
import shutil

import numpy as np

from checkpoint import ExportError

TOKENIZER = ("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")
SCHEDULERS = {
    "unclip": ("prior_scheduler", "decoder_scheduler", "super_res_scheduler"),
    "kandinsky": ("prior_scheduler", "decoder_scheduler"),
}
# What the original pipelines take where a caller says nothing.
DEFAULTS = {
    "unclip": {"prior_steps": 25, "decoder_steps": 25, "super_res_steps": 7, "prior_guidance": 4.0, "guidance": 8.0},
    "kandinsky": {"prior_steps": 25, "decoder_steps": 100, "prior_guidance": 4.0, "guidance": 4.0},
}


def write_config(component, path):
    """diffusers' own configuration, with what Limner reads of it."""
    path.mkdir(parents=True, exist_ok=True)
    if component.config is not None:
        write_json(path / "config.json", component.config)
    for name, values in component.vectors.items():
        np.save(path / f"{name}.npy", values.numpy().astype(np.float32))


def write_rest(checkpoints, args):
    copy_tokenizer(checkpoints.find("tokenizer"), args.out / "tokenizer")
    for name in SCHEDULERS[checkpoints.layout]:
        source = checkpoints.find(name) if checkpoints.layout == "unclip" else checkpoints.scheduler_of("prior" if name == "prior_scheduler" else "unet")
        (args.out / name).mkdir(exist_ok=True)
        shutil.copyfile(source / "scheduler_config.json", args.out / name / "scheduler_config.json")
    kind = "UnCLIPPipeline" if checkpoints.layout == "unclip" else "KandinskyV22Pipeline"
    write_json(args.out / "model_index.json", {"_class_name": kind} | {p.name: ["limner", "onnx"] for p in sorted(args.out.iterdir()) if p.is_dir()})
    files = sorted(p for p in args.out.rglob("*") if p.is_file())
    write_json(args.out / "limner.json", {
        "name": args.name or args.out.resolve().name, "version": args.version, "license": args.license, "defaults": DEFAULTS[checkpoints.layout],
        "files": {str(p.relative_to(args.out)): {"sha256": digest(p), "bytes": p.stat().st_size} for p in files}})
    print(f"{args.out}: {sum(p.stat().st_size for p in files) / 1e6:.1f} MB in {len(files)} files")


def copy_tokenizer(source, target):
    target.mkdir(exist_ok=True)
    for name in TOKENIZER:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
        elif name in TOKENIZER[:2]:
            raise ExportError(f"{source} has no {name}; expected the files of CLIP's tokenizer, {', '.join(TOKENIZER)}.")


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def digest(path):
    """SHA-256 of a file that may be larger than memory."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()
