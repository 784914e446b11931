"""The components of a checkpoint as Limner runs them: for each its module, inputs and outputs."""
from torch import nn
import torch

import lora

CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
EXTENDED = "M"                                    # the batch of text under guidance, twice the images'


class Component:
    """`inputs`: name to (shape of a row, or a function of the number of rows). Outputs are named as the loader wants them."""
    def __init__(self, folder, module, inputs, outputs, file="model.onnx", config=None, vectors=None, twice=()):
        self.folder, self.file, self.module, self.inputs, self.outputs = folder, file, module.eval(), inputs, outputs
        self.config, self.vectors, self.twice, self.adapted = config, vectors or {}, twice, {}

    def batch_of(self, name):
        return EXTENDED if name in self.twice else "B"

    def example(self, rows):
        """Random inputs, the same for the same number of rows."""
        torch.manual_seed(rows)
        count = lambda name: 2 * rows if name in self.twice else rows
        return {name: shape(count(name)) if callable(shape) else torch.randn(count(name), *shape) for name, shape in self.inputs.items()}

    def prepare(self, model):
        lora.open_inputs(model, self.adapted)


class Forward(nn.Module):
    """A network behind a forward with positional inputs."""
    def __init__(self, network, forward):
        super().__init__()
        self.network, self.call = network, forward

    def forward(self, *inputs):
        return self.call(self.network, *inputs)


def of(checkpoints, size=None, rank=0):
    """Every component, loaded when its turn comes, so that one is in memory at a time."""
    text = checkpoints.config("text_encoder")
    length, width, states = text.get("max_position_embeddings", 77), text["projection_dim"], text["hidden_size"]
    yield text_encoder(checkpoints, text, length)
    yield prior(checkpoints, length, width, states, rank)
    if checkpoints.layout == "unclip":
        yield from unclip(checkpoints, length, width, states, rank)
    else:
        yield from kandinsky(checkpoints, size, rank)
    if checkpoints.find("image_encoder"):
        yield image_encoder(checkpoints)


def timesteps(rows):
    return torch.randint(0, 1000, (rows,))


def masks(length, always=0):
    """Rows that attend to some of their places, at least to the first ones."""
    return lambda rows: torch.arange(length)[None] < always + torch.randint(1, length - always + 1, (rows, 1))


def prompts(length, vocabulary):
    """Words between CLIP's two ends, and the last one again as padding."""
    def make(rows):
        ids = torch.randint(0, vocabulary - 2, (rows, length))
        end = torch.randint(1, length, (rows, 1))
        return torch.where(torch.arange(length)[None] < end, ids, vocabulary - 1).index_fill(1, torch.tensor(0), vocabulary - 2)
    return make


def text_encoder(checkpoints, config, length):
    def forward(network, ids):
        out = network(ids)
        return out.text_embeds, out.last_hidden_state
    return Component("text_encoder", Forward(checkpoints.load("text_encoder"), forward), {"input_ids": prompts(length, config["vocab_size"])},
                     ("text_embeds", "last_hidden_state"), config=config)


def prior(checkpoints, length, width, states, rank):
    network = checkpoints.load("prior")
    component = Component(
        "prior", Forward(network, lambda n, x, t, text, context, mask: n(x, t, text, context, mask).predicted_image_embedding),
        {"hidden_states": (width,), "timestep": timesteps, "proj_embedding": (width,), "encoder_hidden_states": (length, states), "attention_mask": masks(length)},
        ("predicted_image_embedding",), config=checkpoints.config("prior"), vectors={"clip_mean": network.clip_mean.data, "clip_std": network.clip_std.data})
    component.adapted = lora.insert(network, rank)
    return component


def unclip(checkpoints, length, width, states, rank):
    network = checkpoints.load("text_proj")
    config = checkpoints.config("text_proj")
    extra, attended, time = config["clip_extra_context_tokens"], config["cross_attention_dim"], config["time_embed_dim"]
    for file, guided in (("model.onnx", True), ("model_no_cfg.onnx", False)):
        def forward(n, image, prompt, context, guided=guided):
            # The projection returns the states first and the addition to the timestep second.
            return n(image_embeddings=image, prompt_embeds=prompt, text_encoder_hidden_states=context, do_classifier_free_guidance=guided)
        names = ("prompt_embeds", "text_encoder_hidden_states", "encoder_hidden_states", "additive_clip_time_embeddings")
        yield Component("text_proj", Forward(network, forward),
                        {"image_embeddings": (width,), "prompt_embeds": (width,), "text_encoder_hidden_states": (length, states)},
                        ("encoder_hidden_states", "additive_clip_time_embeddings"), file=file, config=config, twice=names if guided else ())
    network, config = checkpoints.load("decoder"), checkpoints.config("decoder")
    side = config["sample_size"]
    decoder = Component(
        "decoder", Forward(network, lambda n, x, t, context, classes, mask: n(x, t, context, class_labels=classes, attention_mask=mask).sample),
        {"sample": (config["in_channels"], side, side), "timestep": timesteps, "encoder_hidden_states": (extra + length, attended), "class_labels": (time,),
         "attention_mask": masks(extra + length, extra)}, ("out_sample",), config=config)
    decoder.adapted = lora.insert(network, rank)
    yield decoder
    for name in ("super_res_first", "super_res_last"):
        config = checkpoints.config(name)
        side = config["sample_size"]
        yield Component(name, Forward(checkpoints.load(name), lambda n, x, t: n(x, t).sample), {"sample": (config["in_channels"], side, side), "timestep": timesteps},
                        ("out_sample",), config=config)


def kandinsky(checkpoints, size, rank):
    network, config, movq = checkpoints.load("unet"), checkpoints.config("unet"), checkpoints.config("movq")
    reduction = 2 ** (len(movq["block_out_channels"]) - 1)
    side = size // reduction if size else config["sample_size"]
    latents, image = (movq["latent_channels"], side, side), (3, side * reduction, side * reduction)
    decoder = Component(
        "decoder", Forward(network, lambda n, x, t, embedding: n(x, t, None, added_cond_kwargs={"image_embeds": embedding}).sample),
        {"sample": (config["in_channels"], side, side), "timestep": timesteps, "image_embeds": (config["encoder_hid_dim"],)}, ("out_sample",),
        config=config, vectors={"negative_image_embeds": embedding_of_nothing(checkpoints)})
    decoder.adapted = lora.insert(network, rank)
    yield decoder
    network = checkpoints.load("movq")
    config = movq | {"scaling_factor": 1.0}       # Kandinsky's latents are not scaled, whatever MoVQ's own configuration says
    yield Component("autoencoder", Forward(network, lambda n, z: n.decode(z, force_not_quantize=True).sample), {"latents": latents}, ("image",), file="decoder.onnx", config=config)
    yield Component("autoencoder", Forward(network, lambda n, x: n.encode(x).latents), {"image": image}, ("latents",), file="encoder.onnx", config=config)


def embedding_of_nothing(checkpoints):
    """What Kandinsky leads away from: the embedding of an image of zeros."""
    network = checkpoints.load("image_encoder")
    side = network.config.image_size
    return network(torch.zeros(1, 3, side, side)).image_embeds


def image_encoder(checkpoints):
    network, config = checkpoints.load("image_encoder"), checkpoints.config("image_encoder")
    mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in (CLIP_MEAN, CLIP_STD))
    side = config["image_size"]
    return Component("image_encoder", Forward(network, lambda n, x: n((x * 0.5 + 0.5 - mean) / std).image_embeds), {"pixel_values": (3, side, side)},
                     ("image_embeds",), config=config)
