"""Begins the small world's networks with the first model's, wherever a weight of the same name has the same shape: how things lie beside each other,
in which colours and before which ground, need not be learned twice. Tokens that both vocabularies have keep what they mean. `begin RUNS` takes the folder of the first
model's training, or what ../recover.py made of its model folder."""
from pathlib import Path

import torch

from loop import RUNS
from nets import Autoencoder, Prior, super_res
from tokenizer import Tokenizer
from train_clip import Pair
from train_decoder import Conditioned


def main(first):
    tokens, theirs = Tokenizer(RUNS / "tokenizer").vocab, Tokenizer(Path(first) / "tokenizer").vocab
    networks = {"clip": Pair(len(tokens)), "autoencoder": Autoencoder(), "prior": Prior(), "decoder": Conditioned(), "superres_first": super_res("first"), "superres_second": super_res("second")}
    for name, network in networks.items():
        if (RUNS / f"{name}.pt").exists():
            continue
        known, own = torch.load(Path(first) / f"{name}.pt", map_location="cpu")["ema"], network.state_dict()
        taken = {k: v.float() for k, v in known.items() if k in own and v.shape == own[k].shape}
        if name == "clip":                                                     # a model folder has none of the heads
            taken = {k: v for k, v in taken.items() if k.startswith(("text.", "image."))}
            shared = [t for t in tokens if t in theirs]
            own["text.tokens.weight"][[tokens[t] for t in shared]] = known["text.tokens.weight"][[theirs[t] for t in shared]].float()
            print(f"{len(shared)} of {len(tokens)} tokens were known")
        torch.save({"ema": own | taken, "step": 0}, RUNS / f"{name}.pt")
        print(f"{name}: {sum(v.numel() for v in taken.values())} of {sum(v.numel() for v in own.values())} numbers taken", flush=True)
