"""Turns a public unCLIP checkpoint in diffusers' layout into a model folder that Limner loads: one ONNX file a component, every one compared with PyTorch.

    python3 export.py CHECKPOINT... OUT [--precision fp32|fp16] [--opset N]

CHECKPOINT is a folder with model_index.json: Karlo's, or Kandinsky 2.2's prior and decoder, which are two."""
import argparse
import errno
import shutil
import sys
from pathlib import Path

import components
import folder
import graph
import half
import verify
from checkpoint import Checkpoints, ExportError

MARGIN = 1.1                                      # of the weights' size: graphs and what is written beside them


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="+", type=Path, help="folder in diffusers' layout; components are taken from the first that has them")
    parser.add_argument("out", type=Path, help="the model folder to write; it must not exist, or be empty")
    parser.add_argument("--precision", choices=("fp32", "fp16"), default="fp32", help="of weights and arithmetic; inputs and outputs stay fp32 (default: %(default)s)")
    parser.add_argument("--opset", type=int, default=17, help="ONNX operator set (default: %(default)s)")
    parser.add_argument("--size", type=int, help="rows and columns that a latent decoder draws, e.g. 768 (default: the checkpoint's)")
    parser.add_argument("--lora-rank", type=int, default=0, help="leave room for LoRA adapters up to this rank in the decoder's and the prior's attention")
    parser.add_argument("--name", help="the model's name (default: that of OUT)")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--license", default="", help="the checkpoint's licence, for limner.json")
    return parser.parse_args(arguments)


def check_room(checkpoints, out, precision):
    needed = checkpoints.weight_bytes() * MARGIN / (2 if precision == "fp16" else 1)
    free = shutil.disk_usage(out).free
    if free < needed:
        raise ExportError(f"{out} has {free / 1e9:.2f} GB free; the exported weights need about {needed / 1e9:.2f} GB. Choose a folder on a larger disk.")


def export(args):
    checkpoints = Checkpoints(args.checkpoint)
    if args.out.exists() and (not args.out.is_dir() or any(args.out.iterdir())):
        raise ExportError(f"{args.out} exists and is not an empty folder; name one that does not exist.")
    args.out.mkdir(parents=True, exist_ok=True)
    check_room(checkpoints, args.out, args.precision)
    table = verify.Table(args.precision)
    for component in components.of(checkpoints, args.size, args.lora_rank):
        path = args.out / component.folder / component.file
        model = graph.trace(component, args.opset)
        if args.precision == "fp16":
            half.convert(model)
        graph.save(model, path)
        folder.write_config(component, path.parent)
        table.compare(component, path)
    folder.write_rest(checkpoints, args)
    return table.finish()


def main(arguments=None):
    args = parse(arguments)
    try:
        return export(args)
    except ExportError as e:
        print(f"export: {e}", file=sys.stderr)
    except OSError as e:
        if e.errno != errno.ENOSPC:
            raise
        print(f"export: the disk of {args.out} is full; what was written there is incomplete. Remove it and choose a folder on a larger disk.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
