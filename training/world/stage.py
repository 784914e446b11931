"""Runs a stage of training on this world: `stage.py train_prior 4.5` is ../train_prior.py with this folder's networks, pool and words in place of ../'s.
`BATCH=512` among the arguments sets a constant of the stage. LIMNER_WORLD=small takes ../'s networks."""
import importlib
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]
if os.environ.get("LIMNER_WORLD") == "small":
    importlib.import_module("nets")
sys.path[:0] = [str(HERE)]

if __name__ == "__main__":
    stage = importlib.import_module(sys.argv[1])
    if any(a.startswith("-") for a in sys.argv[2:]):
        del sys.argv[0]
        stage.main()
    else:
        number = lambda a: float(a) if a.replace(".", "", 1).isdigit() else a
        constants = dict(a.split("=") for a in sys.argv[2:] if "=" in a)
        vars(stage).update({k: type(vars(stage)[k])(v) for k, v in constants.items()})
        stage.main(*(number(a) for a in sys.argv[2:] if "=" not in a))
