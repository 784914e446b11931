"""What every training run has in common: the device, a budget in minutes, a learning rate that ends at zero, an average of the weights, resuming, a log."""
import json
import math
import os
import time
from pathlib import Path

import torch

RUNS = Path(os.environ.get("LIMNER_RUNS", Path(__file__).parent / "runs"))
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
GPU = DEVICE.type == "cuda"
# Processors without bfloat16 arithmetic emulate it, and take ten times as long.
BFLOAT16 = GPU or any(f in Path("/proc/cpuinfo").read_text() for f in ("avx512_bf16", "amx_bf16"))
WARM = 3                                                                       # eager steps before one is captured


def mixed():
    """bfloat16 where it is safe. Without the cache of cast weights, which a captured step must not share with one that is not."""
    return torch.autocast(DEVICE.type, dtype=torch.bfloat16, enabled=BFLOAT16, cache_enabled=not GPU)


class Stepper:
    """Loss, gradients and the optimizer's step. On a GPU one step is captured as a CUDA graph and replayed: with networks this small, launching
    hundreds of kernels would take longer than running them. `loss` therefore has fixed shapes there and draws its own chance from torch."""
    def __init__(self, model, loss, lr):
        self.model, self.loss = model, loss
        weights = [p for p in model.parameters() if p.requires_grad]
        self.weights = weights
        options = {"lr": torch.tensor(lr, device=DEVICE), "fused": True, "capturable": True} if GPU else {"lr": lr}
        self.optimizer = torch.optim.AdamW(weights, betas=(.9, .99), weight_decay=.01, **options)
        self.graph, self.steps = None, 0

    def rate(self, lr):
        for group in self.optimizer.param_groups:
            if GPU:
                group["lr"].fill_(lr)
            else:
                group["lr"] = lr

    def eager(self):
        self.optimizer.zero_grad(set_to_none=True)
        with mixed():
            value = self.loss()
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.weights, 1.)
        if GPU or math.isfinite(float(norm)):
            self.optimizer.step()
        return value.detach()

    def __call__(self):
        self.steps += 1
        if not GPU:
            return self.eager()
        if self.graph is None and self.steps > WARM:
            torch.cuda.synchronize()
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.value = self.eager()
        if self.graph is None:
            stream = torch.cuda.Stream()
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                value = self.eager()
            torch.cuda.current_stream().wait_stream(stream)
            return value
        self.graph.replay()
        return self.value


def worked():
    """Seconds of work so far. On a processor its own time: what others took of it is not this run's."""
    return time.monotonic() if GPU else time.process_time() / torch.get_num_threads()


def train(name, model, loss, minutes, lr=1e-3, decay=.999, warmup=50, on_save=None, on_log=None, log_every=20):
    """Calls `loss()` until `minutes` of work are done, this run and the interrupted ones before it together.

    The rate follows a cosine over the minutes, not the steps: a slower or busier machine does fewer steps but still ends
    at zero. Leaves runs/NAME.pt, whose "ema" are the averaged weights."""
    path, log = RUNS / f"{name}.pt", RUNS / f"{name}.jsonl"
    RUNS.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(int(os.environ.get("LIMNER_THREADS", os.cpu_count())))
    model.to(DEVICE)
    stepper = Stepper(model, loss, lr)
    ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
    step, spent, average = 0, 0., None
    if path.exists():
        saved = torch.load(path, map_location=DEVICE)
        if "optimizer" in saved:
            model.load_state_dict(saved["model"])
            stepper.optimizer.load_state_dict(saved["optimizer"])
            ema, step, spent = saved["ema"], saved["step"], saved["spent"]
            print(f"{name}: resuming at step {step}, {spent / 60:.1f} of {minutes} minutes done", flush=True)
        else:                                                                  # averaged weights alone are where a longer training begins
            ema = {k: v.float() if v.is_floating_point() else v for k, v in saved["ema"].items()}
            model.load_state_dict(ema)
            print(f"{name}: going on from weights of {saved['step']} steps", flush=True)
    torch.manual_seed(step)
    live = model.state_dict()
    still = {k for k, p in model.named_parameters() if not p.requires_grad}     # an average of equal numbers is not quite the number
    averaged = [k for k, v in live.items() if v.is_floating_point() and k not in still]
    slow, fast = [ema[k] for k in averaged], [live[k] for k in averaged]

    def save():
        part = path.with_suffix(".part")
        torch.save({"model": model.state_dict(), "optimizer": stepper.optimizer.state_dict(), "ema": ema, "step": step, "spent": spent}, part)
        part.replace(path)

    last_save, log_every = spent, log_every * (10 if GPU else 1)
    while spent < minutes * 60:
        began = worked()
        stepper.rate(lr * min(1, (step + 1) / warmup) * (.02 + .98 * .5 * (1 + math.cos(math.pi * spent / (minutes * 60)))))
        value = stepper()
        step += 1
        keep = min(decay, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_mul_(slow, keep)
            torch._foreach_add_(slow, fast, alpha=1 - keep)
        if not GPU or step % 20 == 0:
            if GPU and not math.isfinite(float(value)):                        # a captured step has taken it over already: what was saved before is the last that is whole
                raise SystemExit(f"{name}: the loss is {float(value)} at step {step}")
            average = float(value) if average is None else .98 * average + .02 * float(value)
        spent += worked() - began
        if step % log_every == 0:
            line = {"step": step, "minutes": round(spent / 60, 2), "loss": round(average, 5)}
            with log.open("a") as f:
                f.write(json.dumps(line) + "\n")
            print(name, line, flush=True)
            if on_log:
                with torch.no_grad(), mixed():
                    print("  " + on_log(), flush=True)
        if spent - last_save > 120:
            save()
            last_save = spent
            if on_save:
                on_save(ema, step)
    save()
    if on_save:
        on_save(ema, step)
    model.load_state_dict(ema)
    return model


def load(name, model, device=DEVICE):
    """The averaged weights of a run, for use, not training."""
    saved = torch.load(RUNS / f"{name}.pt", map_location="cpu")["ema"]
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in saved.items()})
    return model.to(device).eval().requires_grad_(False)


def pool(name, device=DEVICE):
    """One array of the prepared pool as a tensor."""
    import numpy as np
    return torch.from_numpy(np.load(RUNS / "pool" / f"{name}.npy")).to(device)
