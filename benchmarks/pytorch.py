"""The network calls of one picture at a model's defaults, in PyTorch on the CPU; prints one line of JSON for each setup.

Same networks, shapes and numbers of calls as the engine's, and nothing between them: noise, schedulers and resizing cost PyTorch nothing here.
Weights are those of training/runs where they are there, else random ones: the time does not depend on them, and the output says which."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = Path(os.environ.get("LIMNER_RUNS", ROOT / "training" / "runs"))

# What training/run.sh found to be faster on Debian's build: blocks that are kept, AVX-512 where the processor has it.
MALLOC = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "8000000000", "MALLOC_TOP_PAD_": "268435456", "OMP_WAIT_POLICY": "PASSIVE"}
AVX512 = {"OPENBLAS_CORETYPE": "SKYLAKEX", "ATEN_CPU_CAPABILITY": "avx512"}
# Padded to 77 places as pipelines do it; the last two are given the prompt's words alone, which is what the exported graphs compute.
SETUPS = {"as installed": {}, "tuned": MALLOC, "tuned, traced and frozen": MALLOC, "tuned, channels last": MALLOC,
          "tuned, words alone": MALLOC, "tuned, channels last, words alone": MALLOC}
PROMPT = "a large red star left of a blue house on a yellow background"


def setups():
    """Each in a process of its own: the settings are read when a process starts."""
    avx512 = AVX512 if "avx512bw" in Path("/proc/cpuinfo").read_text() else {}
    for name, settings in SETUPS.items():
        environment = {k: v for k, v in os.environ.items() if k not in {**MALLOC, **AVX512}} | settings | (avx512 if settings else {})
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--setup", name], env=environment, check=True)


def networks(folder):
    """The modules by component, and where their weights came from."""
    import torch
    sys.path.insert(0, str(ROOT / "training"))
    import nets

    vocabulary = len(json.loads((folder / "tokenizer" / "vocab.json").read_text()))
    modules = {"text_encoder": nets.TextEncoder(vocabulary), "prior": nets.Prior(), "text_proj": nets.TextProjection(), "decoder": nets.Decoder(),
               "autoencoder": nets.Autoencoder(), "super_res_first": nets.super_res("first"), "super_res_second": nets.super_res("second")}
    saved = {"text_encoder": ("clip", "text."), "prior": ("prior", ""), "text_proj": ("decoder", "projection."), "decoder": ("decoder", "decoder."),
             "autoencoder": ("autoencoder", ""), "super_res_first": ("superres_first", ""), "super_res_second": ("superres_second", "")}
    random = []
    for component, module in modules.items():
        run, prefix = saved[component]
        try:
            state = torch.load(RUNS / f"{run}.pt", map_location="cpu")["ema"]
            module.load_state_dict({k[len(prefix):]: v for k, v in state.items() if k.startswith(prefix)})
        except (OSError, RuntimeError):                                        # no such run, or one of an earlier shape
            random.append(component)
        module.eval().requires_grad_(False)
    trained = "the trained ones" if not random else f"random for {', '.join(random)}" if len(random) < len(modules) else "random"
    return modules, trained


def check_sizes(folder, modules):
    """The folder stores two bytes for each weight: a folder of other networks would be another measurement."""
    for component, module in modules.items():
        if component == "autoencoder":
            continue                                                           # two files, encoder and decoder
        stored, expected = (folder / component / "model.onnx").stat().st_size, 2 * sum(p.numel() for p in module.parameters())
        if not .8 * expected < stored < 1.3 * expected + 300_000:
            sys.exit(f"{folder}/{component}/model.onnx has {stored} bytes and the network of training/nets.py {expected}: not the same network.")


def calls(modules, defaults, length):
    """(stage, module, its arguments, how often), in the engine's order; two rows where there is guidance, `length` places of text."""
    import torch
    from nets import EMBED, EXTRA, LATENT, STATES, TEXT_WIDTH
    r, ones = torch.randn, lambda *shape: torch.ones(*shape, dtype=torch.long)
    yes = lambda length: torch.ones(2, length, dtype=torch.bool)

    class Decode(torch.nn.Module):
        def __init__(self, autoencoder):
            super().__init__()
            self.dec = autoencoder.dec

        def forward(self, latents):
            return self.dec(latents)

    return [
        ("text_encoder", modules["text_encoder"], (ones(1, length),), 2),          # the prompt, then the negative one
        ("prior", modules["prior"], (r(2, EMBED), 500 * ones(2), r(2, EMBED), r(2, length, TEXT_WIDTH), yes(length)), defaults["prior_steps"]),
        ("text_projection", modules["text_proj"], (r(2, EMBED), r(2, EMBED), r(2, length, TEXT_WIDTH)), 1),
        ("decoder", modules["decoder"], (r(2, LATENT, 16, 16), 500 * ones(2), r(2, EXTRA + length, STATES), r(2, STATES), yes(EXTRA + length)),
         defaults["decoder_steps"]),
        ("autoencoder", Decode(modules["autoencoder"]), (r(1, LATENT, 16, 16),), 1),
        ("super_res_first", modules["super_res_first"], (r(1, 6, 256, 256), 500 * ones(1)), defaults["super_res_steps"]),
        ("super_res_second", modules["super_res_second"], (r(1, 6, 1024, 1024), 500 * ones(1)), defaults["super_res_second_steps"]),
    ]


def words(folder):
    from tokenizer import Tokenizer
    return len(Tokenizer(folder / "tokenizer").encode(PROMPT))                 # its two ends included


def prepare(work, setup):
    import torch
    if "channels last" in setup:
        images = lambda x: x.contiguous(memory_format=torch.channels_last) if x.ndim == 4 else x
        return [(stage, module.to(memory_format=torch.channels_last), tuple(map(images, arguments)), n) for stage, module, arguments, n in work]
    if "traced" in setup:
        return [(stage, torch.jit.freeze(torch.jit.trace(module.eval(), arguments).eval()), arguments, n) for stage, module, arguments, n in work]
    return work


def measure(folder, setup, runs):
    import torch
    torch.manual_seed(0)
    if setup != "as installed":
        torch.set_num_threads(len(os.sched_getaffinity(0)))                    # by itself PyTorch takes one thread on some virtual machines
    defaults = json.loads((folder / "limner.json").read_text())["defaults"]
    modules, weights = networks(folder)
    check_sizes(folder, modules)
    totals, stages = [], {}
    with torch.inference_mode():
        work = prepare(calls(modules, defaults, words(folder) if "words alone" in setup else 77), setup)
        for run in range(runs + 2):                                            # the first two warm up
            began = time.perf_counter()
            for stage, module, arguments, n in work:
                stage_began = time.perf_counter()
                for _ in range(n):
                    module(*arguments)
                if run >= 2:
                    stages.setdefault(stage, []).append(1000 * (time.perf_counter() - stage_began))
            if run >= 2:
                totals.append(1000 * (time.perf_counter() - began))
    print(json.dumps({"setup": setup, "version": torch.__version__, "threads": torch.get_num_threads(), "weights": weights, "milliseconds": totals,
                      "stages": {stage: statistics.median(times) for stage, times in stages.items()}}), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "limner-first")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--setup", choices=SETUPS)
    options = parser.parse_args()
    if options.setup:
        measure(options.model, options.setup, options.runs)
    else:
        setups()
