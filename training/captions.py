"""Writes what the grammar of libs/Conversation has to read: captions as training makes them, with the scenes they were made of."""
import argparse
import json

import numpy as np

import world

parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--count", type=int, default=400)
args = parser.parse_args()

rng = np.random.default_rng(5)
rows = []
for i in range(args.count):
    scene = world.random_scene(rng, held_out=i % 10 == 0)
    text, mentioned, told = world.described(rng, scene)
    rows.append({
        "text": text,
        "things": [{"kind": t.kind, "colour": t.colour, "size": t.size} for t in mentioned],
        "count": len(scene.objects) if len(mentioned) == 1 else 1,
        "place": told,
        "background": list(scene.background),
    })
with open(args.out, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
