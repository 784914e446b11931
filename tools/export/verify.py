"""Compares what was written with PyTorch, on random inputs of one row and of three."""
import numpy as np
import onnxruntime
import torch

LIMITS = {"fp32": 1e-4, "fp16": 1e-2}             # of the largest value of an output
BATCHES = (1, 3)


class Table:
    """Prints a line for each output and remembers whether one was too far off."""
    def __init__(self, precision):
        self.limit, self.precision, self.failed = LIMITS[precision], precision, []
        print(f"{'file':36} {'output':30} {'rows':>4} {'largest difference':>18} {'of the largest value':>20}")

    def compare(self, component, path):
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        for rows, adapted in [*((rows, {}) for rows in BATCHES), *([(BATCHES[-1], component.adapted)] if component.adapted else [])]:
            inputs = component.example(rows)
            for parameter in adapted.values():
                parameter.data.normal_(std=0.1)
            with torch.no_grad():
                expected = component.module(*inputs.values())
            expected = expected if isinstance(expected, tuple) else (expected,)
            feeds = {name: value.detach().numpy() for name, value in (inputs | adapted).items()}
            actual = session.run(list(component.outputs), feeds)
            for name, a, e in zip(component.outputs, actual, expected):
                self.line(f"{component.folder}/{component.file}{' adapted' if adapted else ''}", name, rows, a, e.numpy())

    def line(self, file, output, rows, actual, expected):
        if actual.shape != expected.shape:
            self.failed.append(f"{file} {output}: shape {actual.shape}, not {expected.shape}")
            return
        difference = float(np.abs(actual.astype(np.float64) - expected).max())
        share = difference / max(float(np.abs(expected).max()), 1e-12)
        print(f"{file:36} {output:30} {rows:4} {difference:18.2e} {share:20.2e}", flush=True)
        if not share <= self.limit:               # not a number counts as too far
            self.failed.append(f"{file} {output} is off by {share:.2e} of its largest value with {rows} rows")

    def finish(self):
        """The exit status."""
        if not self.failed:
            print(f"All outputs are within {self.limit:.0e} of their largest value ({self.precision}).")
            return 0
        print(f"Beyond the limit of {self.limit:.0e} ({self.precision}):", *self.failed, sep="\n  ")
        return 1
