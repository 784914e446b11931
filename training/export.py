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

import exported
from loop import RUNS, load
from nets import EMBED, EXTRA, GRID, LATENT, STATES, TEXT_WIDTH, Autoencoder, Prior, TextEncoder, super_res
from tokenizer import CONTEXT, Tokenizer
from train_clip import Pair
from train_decoder import Conditioned


def agree(name, network, module, inputs):
    """What is exported has to be what was trained: the same outputs from its network's own forward."""
    arguments = [v for v, _ in inputs.values()]
    listed = lambda out: out if isinstance(out, tuple) else (out,)
    with torch.no_grad():
        for trained, exported in zip(listed(network(*arguments)), listed(module(*arguments))):
            off = float((trained - exported).abs().max() / trained.abs().max())
            if not off < 1e-5:
                raise SystemExit(f"{name}: the exported forward is off by {off:.1e} of the largest output of the trained one.")


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
    # Shape inference forgets the batch of a Resize, and ONNX Runtime adds maps inside a convolution only where it knows their shapes to be equal.
    batch = graph.input[0].type.tensor_type.shape.dim[0].dim_param
    inferred = {v.name: v for v in onnx.shape_inference.infer_shapes(model).graph.value_info}
    maps = [inferred[node.output[0]] for node in graph.node if node.op_type == "Resize"]
    for v in maps:
        v.type.tensor_type.shape.dim[0].dim_param = batch
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
    for v in maps:
        v.name = short[v.name]
    del graph.value_info[:]
    graph.value_info.extend(maps)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def write(folder, name, module, inputs, outputs, file="model.onnx", config=None, trained=None):
    """`inputs`: name -> (example, its batch's name); batch is axis 0 of every input and output. `trained` is the network that the module restates."""
    if trained is not None:
        agree(name, trained, module, inputs)
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    axes = {k: {0: b} for k, (v, b) in inputs.items()} | {k: {0: b} for k, b in outputs.items()}
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
    # The tower that learned more languages has a vocabulary of its own.
    several = (RUNS / "languages.pt").exists()
    words = RUNS / ("languages" if several else "tokenizer")
    shutil.copytree(words, folder / "tokenizer", dirs_exist_ok=True)
    vocab = len(Tokenizer(words))
    clip, auto, prior, both = load("clip", Pair(len(Tokenizer(RUNS / "tokenizer"))), "cpu"), load("autoencoder", Autoencoder(), "cpu"), load("prior", Prior(), "cpu"), load("decoder", Conditioned(), "cpu")
    text = load("languages", TextEncoder(vocab), "cpu") if several else clip.text
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

    f = torch.randn
    lengths = torch.tensor([2, 14])                                             # of the examples' prompts: the first is empty but for its two ends
    mask = torch.arange(CONTEXT) < lengths[:, None]
    ids = torch.where(mask, 1, vocab - 1).scatter(1, lengths[:, None] - 1, vocab - 1)
    states = f(2, CONTEXT, TEXT_WIDTH) * mask[..., None]
    t = torch.tensor([999, 500])
    write(folder, "text_encoder", exported.TextEncoder(text), {"input_ids": (ids, "B")}, {"text_embeds": "B", "last_hidden_state": "B"}, trained=text,
          config={"_class_name": "CLIPTextModelWithProjection", "hidden_size": TEXT_WIDTH, "projection_dim": EMBED, "vocab_size": vocab, "max_position_embeddings": CONTEXT})
    write(folder, "prior", exported.Prior(prior), {"hidden_states": (f(2, EMBED), "B"), "timestep": (t, "B"), "proj_embedding": (f(2, EMBED), "B"),
                                                   "encoder_hidden_states": (states, "B"), "attention_mask": (mask, "B")},
          {"predicted_image_embedding": "B"}, trained=prior, config={"_class_name": "PriorTransformer", "embedding_dim": EMBED, "num_embeddings": CONTEXT})
    for p in ("clip_mean", "clip_std"):
        shutil.copy(RUNS / f"{p}.npy", folder / "prior" / f"{p}.npy")
    projection = both.projection

    def projected(image, prompt, states):
        """The trained projection, unconditional half first; behind the last word the exported one has zeros, which the decoder does not attend to."""
        context, classes = projection(torch.cat([projection.learned_uncond.expand_as(image), image]), prompt, states)
        read = EXTRA + int(lengths.max())
        return F.pad(context[:, :read], (0, 0, 0, context.shape[1] - read)), classes

    write(folder, "text_proj", exported.TextProjection(projection), {"image_embeddings": (f(1, EMBED), "N"), "prompt_embeds": (f(2, EMBED), "M"), "text_encoder_hidden_states": (states, "M")},
          {"encoder_hidden_states": "M", "additive_clip_time_embeddings": "M"}, trained=projected,
          config={"_class_name": "UnCLIPTextProjModel", "clip_embeddings_dim": EMBED, "clip_extra_context_tokens": EXTRA, "cross_attention_dim": STATES})
    np.save(folder / "text_proj" / "learned_classifier_free_guidance_embeddings.npy", projection.learned_uncond.numpy()[None])
    seen = F.pad(mask, (EXTRA, 0), value=True)
    write(folder, "decoder", exported.Decoder(both.decoder), {"sample": (f(2, LATENT, 16, 16), "B"), "timestep": (t, "B"), "encoder_hidden_states": (f(2, EXTRA + CONTEXT, STATES), "B"),
                                                              "class_labels": (f(2, STATES), "B"), "attention_mask": (seen, "B")},
          {"out_sample": "B"}, trained=both.decoder, config={"_class_name": "LimnerLatentDecoder", "sample_size": 16, "in_channels": LATENT, "out_channels": LATENT})
    write(folder, "autoencoder", Decode(), {"latents": (f(2, LATENT, 16, 16), "B")}, {"image": "B"}, file="decoder.onnx",
          config={"_class_name": "LimnerAutoencoder", "latent_channels": LATENT, "sample_size": 64, "scaling_factor": 1 / stats["std"]})
    write(folder, "autoencoder", Encode(), {"image": (f(2, 3, 64, 64), "B")}, {"latents": "B"}, file="encoder.onnx")
    write(folder, "image_encoder", clip.image, {"pixel_values": (f(2, 3, 64, 64), "B")}, {"image_embeds": "B"},
          config={"_class_name": "CLIPVisionModelWithProjection", "image_size": 64, "projection_dim": EMBED, "grid": GRID})
    shutil.copy(RUNS / "concepts.json", folder / "image_encoder" / "concepts.json")
    for stage, side, name in (("first", 256, "super_res_first"), ("second", 1024, "super_res_second")):
        network = load(f"superres_{stage}", super_res(stage), "cpu")
        write(folder, name, exported.SuperRes(network, side), {"sample": (f(2, 6, side, side), "B"), "timestep": (t, "B")}, {"out_sample": "B"}, trained=network,
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
