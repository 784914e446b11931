"""Runs a stage of training on this world: `stage.py train_prior 4.5` is ../train_prior.py with this folder's networks, pool and words in place of ../'s."""
import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

if __name__ == "__main__":
    stage = importlib.import_module(sys.argv[1])
    if any(a.startswith("-") for a in sys.argv[2:]):
        del sys.argv[0]
        stage.main()
    else:
        stage.main(*(float(a) if a.replace(".", "", 1).isdigit() else a for a in sys.argv[2:]))
