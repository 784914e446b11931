"""Turns a model folder back into runs: `recover.py MODEL`, to go on from a model whose runs are gone.

A graph keeps its weights and not their names. The same networks with random weights are exported too, and where each of their tensors ends up says what the model's
tensor at that place is. What no graph holds stays random: CLIP's heads (train_heads.py teaches them anew) and the averages and optimizers of a training."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

import exported
from concepts import Concepts
from loop import RUNS
from nets import Autoencoder, Prior, super_res
from tokenizer import Tokenizer
from train_clip import Pair
from train_decoder import Conditioned


def tensors(*files):
    """The stored tensors of graphs, in order."""
    return [numpy_helper.to_array(t) for file in files for t in onnx.load(str(file)).graph.initializer]


def as_stored(a):
    """What identifies a tensor: its numbers as export.py stores them."""
    return np.ascontiguousarray(a.astype(np.float16 if a.size >= 256 else np.float32)).tobytes()


def fill(parameters, fresh, model):
    """Gives parameters that were exported to `fresh` what `model` has in their places; returns the names of those that no graph reads."""
    if len(fresh) != len(model) or any(a.shape != b.shape for a, b in zip(fresh, model)):
        raise SystemExit("the model has other networks than nets.py describes")
    found, left = {a.tobytes(): b.astype(np.float32) for a, b in zip(fresh, model)}, []
    for name, p in parameters:
        a = p.detach().numpy()
        if as_stored(a) in found:
            new = found[as_stored(a)].reshape(a.shape)
        elif as_stored(a.T) in found:
            new = found[as_stored(a.T)].reshape(a.T.shape).T
        elif all(as_stored(row) in found for row in a):                         # rows that the graph reads one by one
            new = np.stack([found[as_stored(row)].reshape(row.shape) for row in a])
        else:
            left.append(name)
            continue
        p.data.copy_(torch.from_numpy(np.ascontiguousarray(new)))
    return left


def split(decoder, joined):
    """The blocks' own modulations out of the one product that is exported; the second norms' scales and shifts are in them."""
    weights, biases = joined.weight.split(joined.sizes), joined.bias.split(joined.sizes)
    for i, b in enumerate(joined.blocks):
        b.mod.weight.data, b.mod.bias.data = torch.cat(weights[2 * i:][:2]), torch.cat([biases[2 * i] - 1, biases[2 * i + 1]])
        nn.init.ones_(b.n2.weight)
        nn.init.zeros_(b.n2.bias)
    for i, a in enumerate(joined.both):
        half = len(joined.kv_bias) // 2
        a.cross.kv.weight.data, a.cross.kv.bias.data = joined.kv_weight.data[i * half:][:half], joined.kv_bias.data[i * half:][:half]


def unfold(network, stem):
    """The two first convolutions out of the one of stride four; their biases are one number, which the first keeps."""
    coarse = lambda w: w.reshape(len(w), 3, 3, 4, 3, 4).permute(0, 1, 3, 5, 2, 4).reshape(len(w), 48, 3, 3)
    network.noised.weight.data, network.low.weight.data = (coarse(w) for w in stem.weight.data.split(3, 1))
    network.noised.bias.data = stem.bias.data
    nn.init.zeros_(network.low.bias)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    model = parser.parse_args().model
    RUNS.mkdir(parents=True, exist_ok=True)
    shutil.copytree(model / "tokenizer", RUNS / "tokenizer", dirs_exist_ok=True)
    for name in ("clip_mean.npy", "clip_std.npy"):
        shutil.copy(model / "prior" / name, RUNS / name)
    shutil.copy(model / "image_encoder" / "concepts.json", RUNS / "concepts.json")
    torch.manual_seed(0)
    networks = {"clip": Pair(len(Tokenizer(RUNS / "tokenizer"))), "autoencoder": Autoencoder(), "prior": Prior(), "decoder": Conditioned(),
                "superres_first": super_res("first"), "superres_second": super_res("second")}
    for network in networks.values():
        for p in network.parameters():
            nn.init.normal_(p, std=.05)
    stats = {"mean": torch.randn(4), "std": 1 / json.loads((model / "autoencoder" / "config.json").read_text())["scaling_factor"]}

    def save(folder):
        for name, network in networks.items():
            torch.save({"ema": network.state_dict(), "step": 0}, folder / f"{name}.pt")
        torch.save(stats, folder / "latents.pt")

    with tempfile.TemporaryDirectory() as folder:
        random = Path(folder)
        for name in ("tokenizer", "clip_mean.npy", "clip_std.npy", "concepts.json"):
            (random / name).symlink_to((RUNS / name).resolve())
        save(random)
        subprocess.run([sys.executable, Path(__file__).with_name("export.py"), "--out", random / "model"], check=True, env=os.environ | {"LIMNER_RUNS": folder})
        files = lambda *names: [tensors(*(root / n for n in names)) for root in (random / "model", model)]
        clip, both = networks["clip"], networks["decoder"]
        joined, mean = exported.Decoder(both.decoder), nn.Parameter(stats["mean"])
        stems = {name: exported.SuperRes(networks[name], 0) for name in ("superres_first", "superres_second")}
        left = fill(clip.text.named_parameters(), *files("text_encoder/model.onnx")) + fill(clip.image.named_parameters(), *files("image_encoder/model.onnx"))
        left += fill(networks["prior"].named_parameters(), *files("prior/model.onnx")) + fill(both.projection.named_parameters(), *files("text_proj/model.onnx"))
        left += fill([*networks["autoencoder"].named_parameters(), ("mean", mean)], *files("autoencoder/decoder.onnx", "autoencoder/encoder.onnx"))
        fill(joined.named_parameters(), *files("decoder/model.onnx"))
        split(both.decoder, joined)
        for (name, stem), place in zip(stems.items(), ("super_res_first", "super_res_second")):
            fill(stem.named_parameters(), *files(f"{place}/model.onnx"))
            unfold(networks[name], stem.stem)
    if left:
        raise SystemExit(f"no graph of {model} has {', '.join(left)}")
    stats["mean"] = mean.data
    save(RUNS)
    known, concepts = json.loads((RUNS / "concepts.json").read_text()), Concepts()
    concepts.load_state_dict({"layer.weight": torch.tensor(known["layer"]["weights"]), "layer.bias": torch.tensor(known["layer"]["bias"]),
                              "vectors.weight": torch.tensor([c["weights"] for c in known["concepts"]]), "vectors.bias": torch.tensor([c["bias"] for c in known["concepts"]])})
    torch.save({"ema": concepts.state_dict(), "step": 0}, RUNS / "concepts.pt")
    print(f"{RUNS}: the networks of {model}")


if __name__ == "__main__":
    main()
