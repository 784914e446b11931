"""Reads checkpoints in diffusers' layout: which pipeline they are of, and their components, one at a time."""
import json

import torch

LAYOUTS = {
    "UnCLIPPipeline": "unclip", "UnCLIPImageVariationPipeline": "unclip",
    "KandinskyV22PriorPipeline": "kandinsky", "KandinskyV22Pipeline": "kandinsky", "KandinskyV22InpaintPipeline": "kandinsky",
    "KandinskyV22Img2ImgPipeline": "kandinsky",
}
REQUIRED = {
    "unclip": ("tokenizer", "text_encoder", "prior", "prior_scheduler", "text_proj", "decoder", "decoder_scheduler", "super_res_first", "super_res_last", "super_res_scheduler"),
    "kandinsky": ("tokenizer", "text_encoder", "image_encoder", "prior", "unet", "movq"),
}
WEIGHTS = (".safetensors", ".bin")


class ExportError(Exception):
    """Something that whoever called has to change; one sentence."""


class Checkpoints:
    """Several checkpoints as one: each component comes from the first that has it."""
    def __init__(self, folders):
        self.indices = [(folder, index(folder)) for folder in folders]
        layouts = {LAYOUTS[i["_class_name"]] for _, i in self.indices}
        if len(layouts) > 1:
            raise ExportError(f"{', '.join(str(f) for f in folders)} are of different families; expected checkpoints of one model.")
        self.layout = layouts.pop()
        missing = [name for name in REQUIRED[self.layout] if self.find(name) is None]
        if missing:
            raise ExportError(f"{', '.join(str(f) for f in folders)}: no {', '.join(f'{name}/' for name in missing)}; a {self.layout} model needs {', '.join(REQUIRED[self.layout])}."
                              + (" Kandinsky's prior and decoder are two checkpoints: name both." if self.layout == "kandinsky" else ""))

    def find(self, component):
        """The component's folder; None where there is none."""
        return next((folder / component for folder, _ in self.indices if (folder / component).is_dir()), None)

    def scheduler_of(self, component):
        """Kandinsky's two checkpoints call their schedulers alike."""
        return next(folder / "scheduler" for folder, _ in self.indices if (folder / component).is_dir())

    def load(self, component, kind=None):
        """A network in float32; its class is the one that the index names."""
        path = self.find(component)
        owner = next(i for folder, i in self.indices if folder == path.parent)
        kind = kind or resolve(*owner[component])
        try:
            network = kind.from_pretrained(str(path), torch_dtype=torch.float32)
        except (OSError, ValueError, KeyError, RuntimeError) as e:
            raise ExportError(f"{path} cannot be loaded as {kind.__name__}: {str(e).splitlines()[0]}") from e
        return network.eval().requires_grad_(False)

    def config(self, component):
        return json.loads((self.find(component) / "config.json").read_text())

    def weight_bytes(self):
        """What the exported weights take as float32, counted once where a folder has them in two formats."""
        total = 0
        for name in {name for _, i in self.indices for name in i if not name.startswith("_")}:
            if path := self.find(name):
                total += max((sum(f.stat().st_size for f in path.iterdir() if f.suffix == kind) for kind in WEIGHTS), default=0)
        return total


def index(folder):
    if not folder.is_dir():
        raise ExportError(f"{folder} is not a folder; expected a checkpoint in diffusers' layout.")
    path = folder / "model_index.json"
    if not path.is_file():
        raise ExportError(f"{folder} has no model_index.json; expected a checkpoint in diffusers' layout.")
    try:
        content = json.loads(path.read_text())
    except ValueError as e:
        raise ExportError(f"{path} is not JSON: {e}.") from e
    kind = content.get("_class_name") if isinstance(content, dict) else None
    if kind not in LAYOUTS:
        raise ExportError(f"{path} is of a {kind}; expected one of {', '.join(LAYOUTS)}.")
    return content


def resolve(library, name):
    """The class that model_index.json names; UnCLIPTextProjModel has its module's name there."""
    import diffusers
    import transformers
    if name == "UnCLIPTextProjModel":
        from diffusers.pipelines.unclip import UnCLIPTextProjModel
        return UnCLIPTextProjModel
    diffusers.logging.set_verbosity_error()
    source = transformers if library == "transformers" else diffusers
    if not hasattr(source, name):
        raise ExportError(f"model_index.json names {library}.{name}, which the installed {source.__name__} {source.__version__} does not have; see requirements.txt.")
    return getattr(source, name)
