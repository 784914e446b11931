"""What every training run has in common: a budget in minutes, a learning rate that ends at zero, an average of the weights, resuming, a log."""
import json
import math
import os
import time
from pathlib import Path

import torch

RUNS = Path(os.environ.get("LIMNER_RUNS", Path(__file__).parent / "runs"))


def train(name, model, loss, minutes, lr=1e-3, decay=.999, warmup=50, on_save=None, log_every=20):
    """Calls `loss(step)` until `minutes` of work are done, this run and the interrupted ones before it together.

    The rate follows a cosine over the minutes, not the steps: a slower or busier machine does fewer steps but still ends
    at zero. Leaves runs/NAME.pt, whose "ema" are the averaged weights."""
    path, log = RUNS / f"{name}.pt", RUNS / f"{name}.jsonl"
    RUNS.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(int(os.environ.get("LIMNER_THREADS", os.cpu_count())))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr, betas=(.9, .99), weight_decay=.01)
    ema = {k: v.detach().clone() for k, v in model.state_dict().items()}
    step, spent, average = 0, 0., None
    if path.exists():
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        ema, step, spent = saved["ema"], saved["step"], saved["spent"]
        print(f"{name}: resuming at step {step}, {spent / 60:.1f} of {minutes} minutes done", flush=True)

    def save():
        part = path.with_suffix(".part")
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "ema": ema, "step": step, "spent": spent}, part)
        part.replace(path)

    last_save = spent
    while spent < minutes * 60:
        began = time.monotonic()
        rate = lr * min(1, (step + 1) / warmup) * (.02 + .98 * .5 * (1 + math.cos(math.pi * spent / (minutes * 60))))
        for g in optimizer.param_groups:
            g["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16):
            value = loss(step)
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.)
        if math.isfinite(float(norm)):
            optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        keep = min(decay, (step + 1) / (step + 10))
        with torch.no_grad():
            for k, v in model.state_dict().items():
                ema[k].mul_(keep).add_(v, alpha=1 - keep) if v.is_floating_point() else ema[k].copy_(v)
        average = float(value) if average is None else .98 * average + .02 * float(value)
        spent += time.monotonic() - began
        if step % log_every == 0:
            line = {"step": step, "minutes": round(spent / 60, 2), "loss": round(average, 5), "lr": rate}
            with log.open("a") as f:
                f.write(json.dumps(line) + "\n")
            print(name, line, flush=True)
        if spent - last_save > 120:
            save()
            last_save = spent
            if on_save:
                on_save(ema, step)
    save()
    model.load_state_dict(ema)
    return model


def load(name, model):
    """The averaged weights of a run, for use, not training."""
    model.load_state_dict(torch.load(RUNS / f"{name}.pt")["ema"])
    return model.eval().requires_grad_(False)


def done(name, minutes):
    path = RUNS / f"{name}.pt"
    return path.exists() and torch.load(path)["spent"] >= minutes * 60
