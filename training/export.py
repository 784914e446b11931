"""Writes the trained networks as a model folder: the layout of diffusers' UnCLIPPipeline, one ONNX file for each component.

Weights are stored as float16 and cast up inside the graph, which ONNX Runtime folds away when it loads: half the size in git, float32 arithmetic."""
import argparse
import hashlib
import inspect
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from loop import RUNS, load
from nets import EMBED, EXTRA, LATENT, STATES, TEXT_WIDTH, Autoencoder, Prior, sinusoid, super_res
from tokenizer import CONTEXT, Tokenizer
from train_clip import Pair
from train_decoder import Conditioned


class Cfg(nn.Module):
    """The text projection for a batch whose first half is unconditional."""
    def __init__(self, projection):
        super().__init__()
        self.projection = projection

    def forward(self, image_embeddings, prompt_embeds, text_encoder_hidden_states):
        null = self.projection.learned_uncond.reshape(1, -1) + torch.zeros_like(image_embeddings)
        return self.projection(torch.cat([null, image_embeddings]), prompt_embeds, text_encoder_hidden_states)


class Strided(nn.Module):
    """SuperRes with its unshuffle and both first convolutions as one of stride four over the picture itself: the same sums, without the transpositions."""
    def __init__(self, network):
        super().__init__()
        self.network = network
        stem = nn.Conv2d(6, network.low.out_channels, 12, stride=4, padding=4)
        # (o, c i j, y, x) of the coarse grid to (o, c, y i, x j) of the picture
        fine = lambda w: w.reshape(len(w), 3, 4, 4, 3, 3).permute(0, 1, 4, 2, 5, 3).reshape(len(w), 3, 12, 12)
        stem.weight = nn.Parameter(torch.cat([fine(network.noised.weight), fine(network.low.weight)], 1))
        stem.bias = nn.Parameter(network.noised.bias + network.low.bias)
        self.stem = stem.requires_grad_(False)
        self.register_buffer("of_noised", torch.tensor([1., 1, 1, 0, 0, 0]).reshape(1, 6, 1, 1))

    def forward(self, sample, timestep):
        n = self.network
        cond = n.time(sinusoid(timestep, 64))
        h = self.stem(sample * (1 + self.of_noised * (n.signal(timestep) - 1)))
        for b in n.blocks:
            h = b(h, cond)
        return sample[:, 3:] + F.pixel_shuffle(n.out(h).float(), 4)


def halve(path):
    """Float32 initializers of some size become float16 ones behind a Cast."""
    model = onnx.load(path)
    graph, casts, kept = model.graph, [], []
    for t in graph.initializer:
        a = numpy_helper.to_array(t)
        if t.data_type == TensorProto.FLOAT and a.size >= 256:
            kept.append(numpy_helper.from_array(a.astype(np.float16), t.name + ".half"))
            casts.append(helper.make_node("Cast", [t.name + ".half"], [t.name], to=TensorProto.FLOAT))
        else:
            kept.append(t)
    nodes = casts + list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    graph.ClearField("doc_string")
    # The exporter names every tensor after its module's path; in a small graph that is a quarter of what is not weights.
    outside = {t.name for t in [*graph.input, *graph.output]}
    short = {name: f"t{i}" for i, name in enumerate(dict.fromkeys(
        n for n in [*(t.name for t in graph.initializer), *(o for node in graph.node for o in node.output)] if n and n not in outside))}
    for t in graph.initializer:
        t.name = short.get(t.name, t.name)
    for node in graph.node:
        node.ClearField("name")
        node.input[:] = [short.get(n, n) for n in node.input]
        node.output[:] = [short.get(n, n) for n in node.output]
    del graph.value_info[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)


def write(folder, name, module, inputs, outputs, file="model.onnx", config=None, fixed=()):
    """`inputs`: name -> (example, {axis: its name}); batch is axis 0 of every input and output."""
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    axes = {k: {0: b, **({2: "H", 3: "W"} if name.startswith("super_res") and v.ndim == 4 else {})} for k, (v, b) in inputs.items()}
    axes |= {k: {0: b, **({2: "H", 3: "W"} if name.startswith("super_res") else {})} for k, b in outputs.items()}
    # Newer versions would trace by another exporter, whose graphs nobody here has looked at.
    traced = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(module.eval(), tuple(v for v, _ in inputs.values()), str(target / file), opset_version=17,
                      input_names=list(inputs), output_names=list(outputs), dynamic_axes=axes, **traced)
    halve(target / file)
    if config is not None:
        (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def scheduler(folder, name, **config):
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "scheduler_config.json").write_text(json.dumps(config, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="limner-first")
    parser.add_argument("--version", default="1.0.0")
    args = parser.parse_args()
    folder = args.out
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(RUNS / "tokenizer", folder / "tokenizer", dirs_exist_ok=True)
    vocab = len(Tokenizer(RUNS / "tokenizer"))
    clip, auto, prior, both = load("clip", Pair(vocab), "cpu"), load("autoencoder", Autoencoder(), "cpu"), load("prior", Prior(), "cpu"), load("decoder", Conditioned(), "cpu")
    stats = torch.load(RUNS / "latents.pt")

    class Decode(nn.Module):
        def __init__(self):
            super().__init__()
            self.auto, self.mean = auto, nn.Parameter(stats["mean"].reshape(1, -1, 1, 1))

        def forward(self, latents):
            return self.auto.decode(latents + self.mean)

    class Encode(nn.Module):
        def __init__(self):
            super().__init__()
            self.auto, self.mean = auto, nn.Parameter(stats["mean"].reshape(1, -1, 1, 1))

        def forward(self, image):
            return self.auto.encode(image) - self.mean

    b2 = 2
    f = lambda *s: torch.randn(*s)
    states = f(b2, CONTEXT, TEXT_WIDTH)
    mask = torch.ones(b2, CONTEXT, dtype=torch.bool)
    t = torch.tensor([999, 500])
    write(folder, "text_encoder", clip.text, {"input_ids": (torch.zeros(b2, CONTEXT, dtype=torch.int64), "B")},
          {"text_embeds": "B", "last_hidden_state": "B"}, config={"_class_name": "CLIPTextModelWithProjection", "hidden_size": TEXT_WIDTH, "projection_dim": EMBED, "vocab_size": vocab, "max_position_embeddings": CONTEXT})
    write(folder, "prior", prior, {"hidden_states": (f(b2, EMBED), "B"), "timestep": (t, "B"), "proj_embedding": (f(b2, EMBED), "B"),
                                   "encoder_hidden_states": (states, "B"), "attention_mask": (mask, "B")},
          {"predicted_image_embedding": "B"}, config={"_class_name": "PriorTransformer", "embedding_dim": EMBED, "num_embeddings": CONTEXT})
    for p in ("clip_mean", "clip_std"):
        shutil.copy(RUNS / f"{p}.npy", folder / "prior" / f"{p}.npy")
    projection = both.projection
    n = 1
    write(folder, "text_proj", Cfg(projection), {"image_embeddings": (f(n, EMBED), "N"), "prompt_embeds": (f(2 * n, EMBED), "M"), "text_encoder_hidden_states": (f(2 * n, CONTEXT, TEXT_WIDTH), "M")},
          {"encoder_hidden_states": "M", "additive_clip_time_embeddings": "M"}, config={"_class_name": "UnCLIPTextProjModel", "clip_embeddings_dim": EMBED, "clip_extra_context_tokens": EXTRA, "cross_attention_dim": STATES})
    np.save(folder / "text_proj" / "learned_classifier_free_guidance_embeddings.npy", projection.learned_uncond.numpy()[None])
    write(folder, "decoder", both.decoder, {"sample": (f(b2, LATENT, 16, 16), "B"), "timestep": (t, "B"), "encoder_hidden_states": (f(b2, EXTRA + CONTEXT, STATES), "B"),
                                            "class_labels": (f(b2, STATES), "B"), "attention_mask": (torch.ones(b2, EXTRA + CONTEXT, dtype=torch.bool), "B")},
          {"out_sample": "B"}, config={"_class_name": "LimnerLatentDecoder", "sample_size": 16, "in_channels": LATENT, "out_channels": LATENT})
    write(folder, "autoencoder", Decode(), {"latents": (f(b2, LATENT, 16, 16), "B")}, {"image": "B"}, file="decoder.onnx",
          config={"_class_name": "LimnerAutoencoder", "latent_channels": LATENT, "sample_size": 64, "scaling_factor": 1 / stats["std"]})
    write(folder, "autoencoder", Encode(), {"image": (f(b2, 3, 64, 64), "B")}, {"latents": "B"}, file="encoder.onnx")
    write(folder, "image_encoder", clip.image, {"pixel_values": (f(b2, 3, 64, 64), "B")}, {"image_embeds": "B"},
          config={"_class_name": "CLIPVisionModelWithProjection", "image_size": 64, "projection_dim": EMBED})
    shutil.copy(RUNS / "concepts.json", folder / "image_encoder" / "concepts.json")
    for stage, side, name in (("first", 256, "super_res_first"), ("second", 1024, "super_res_second")):
        write(folder, name, Strided(load(f"superres_{stage}", super_res(stage), "cpu")), {"sample": (f(b2, 6, 64, 64), "B"), "timestep": (t, "B")}, {"out_sample": "B"},
              config={"_class_name": "UNet2DModel", "sample_size": side, "in_channels": 6, "out_channels": 3})
    shared = {"num_train_timesteps": 1000, "beta_schedule": "squaredcos_cap_v2"}
    scheduler(folder, "prior_scheduler", _class_name="UnCLIPScheduler", prediction_type="sample", variance_type="fixed_small_log", clip_sample=True, clip_sample_range=5.0, **shared)
    scheduler(folder, "decoder_scheduler", _class_name="DDIMScheduler", prediction_type="v_prediction", clip_sample=False, set_alpha_to_one=True, steps_offset=0,
              timestep_spacing="trailing", rescale_betas_zero_snr=False, **shared)
    for name in ("super_res_scheduler", "super_res_second_scheduler"):
        scheduler(folder, name, _class_name="DDIMScheduler", prediction_type="sample", clip_sample=True, clip_sample_range=1.0, set_alpha_to_one=True, steps_offset=0, timestep_spacing="trailing", **shared)
    index = {"_class_name": "UnCLIPPipeline", "_diffusers_version": "0.18.2", "tokenizer": ["transformers", "CLIPTokenizer"],
             "text_encoder": ["transformers", "CLIPTextModelWithProjection"], "prior": ["diffusers", "PriorTransformer"], "prior_scheduler": ["diffusers", "UnCLIPScheduler"],
             "text_proj": ["unclip", "UnCLIPTextProjModel"], "decoder": ["limner", "LatentDecoder"], "decoder_scheduler": ["diffusers", "DDIMScheduler"],
             "autoencoder": ["limner", "Autoencoder"], "super_res_first": ["limner", "SuperRes"], "super_res_scheduler": ["diffusers", "DDIMScheduler"],
             "super_res_second": ["limner", "SuperRes"], "super_res_second_scheduler": ["diffusers", "DDIMScheduler"], "image_encoder": ["limner", "ImageEncoder"]}
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("README.md", "limner.json"))
    about = {"name": args.name, "version": args.version, "license": "Apache-2.0",
             "defaults": {"prior_steps": 25, "decoder_steps": 20, "super_res_steps": 3, "super_res_second_steps": 2, "prior_guidance": 2.0, "guidance": 1.5},
             "files": {str(p.relative_to(folder)): {"sha256": hashlib.sha256(p.read_bytes()).hexdigest(), "bytes": p.stat().st_size} for p in files}}
    (folder / "limner.json").write_text(json.dumps(about, indent=2) + "\n")
    print(f"{folder}: {sum(p.stat().st_size for p in files) / 1e6:.1f} MB in {len(files)} files")


if __name__ == "__main__":
    main()
