"""Teaches the trained text tower eleven more languages, by agreeing with itself.

A prompt in another language must do in every network that reads it what the same prompt does in English: in CLIP's pooled embedding, its expectation and its questions,
in the prior's prediction and in the decoder's attention (knowledge distillation, arXiv 1503.02531, through the networks that come after, which stay as they are).
English prompts keep their states. No picture is drawn for it but those whose embeddings the prior is asked about."""
import multiprocessing
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

import translations
import world
from loop import DEVICE, GPU, RUNS, load, train
from nets import EXTRA, GRID, LATENT, TextEncoder, key_bias
from schedule import ddim, noised
from tokenizer import Tokenizer, learn
from train_clip import Pair, pictures, trim
from train_decoder import Conditioned
from train_prior import Prior, timesteps

BATCH, ENGLISH, ASKED = (512, 128, 256) if GPU else (128, 40, 60)              # foreign prompts, English ones, and of either those that the prior is asked about: ASKED and a third of that
QUERIES = 24                                                                   # of the decoder's attention, in a step
SCENES = 200000 if GPU else 40000
LENGTH, CHUNK = 40, 200
FOLDER = RUNS / "languages"
_worker = {}


def vocabulary():
    """The English tokens keep their numbers, so that English is read as before; what other languages add comes after them."""
    if (FOLDER / "vocab.json").exists():
        return
    rng, captions, pieces = np.random.default_rng(30), [], []
    for language in translations.FOREIGN:
        if translations.GRAMMARS[language].space == "":
            pieces += translations.pieces(language) * 20
        else:
            captions += [translations.translated(rng, translations.said(rng, world.random_scene(rng)), language) for _ in range(4000)]
    english = (RUNS / "tokenizer" / "merges.txt").read_text(encoding="utf-8").splitlines()[1:]
    learn(captions, FOLDER, [tuple(line.split()) for line in english], pieces)


def start():
    torch.set_num_threads(1)
    _worker["first"], _worker["tokens"] = Tokenizer(RUNS / "tokenizer"), Tokenizer(FOLDER)


def made(i):
    """Pictures; what is said of each in English by the first tokenizer's numbers; any English caption; the same as the first in every other language."""
    rng, first, tokens = np.random.default_rng([3, i]), _worker["first"], _worker["tokens"]
    drawn = [world.random_scene(rng) for _ in range(CHUNK)]
    said, free = np.full((CHUNK, LENGTH), first.end, np.int16), np.full((CHUNK, LENGTH), first.end, np.int16)
    foreign = np.full((CHUNK, len(translations.FOREIGN), LENGTH), tokens.end, np.int16)
    for j, scene in enumerate(drawn):
        s = translations.said(rng, scene)
        for out, text in ((said, translations.in_english(rng, s)), (free, world.caption(rng, scene))):
            row = first.encode(text)
            out[j, :len(row)] = row
        for k, language in enumerate(translations.FOREIGN):
            row = tokens.encode(translations.translated(rng, s, language, rng.random() < .2))
            while len(row) > LENGTH:
                row = tokens.encode(translations.translated(rng, s, language))
            foreign[j, k, :len(row)] = row
    return np.stack([world.draw(s, 64) for s in drawn]).transpose(0, 3, 1, 2), said, free, foreign


def prepare(clip):
    """The pool of prompts, with the embeddings of their pictures."""
    path = RUNS / "languages.npz"
    if not path.exists():
        columns = [[], [], [], []]
        with multiprocessing.get_context("spawn").Pool(os.cpu_count(), start) as workers, torch.no_grad():
            for x, *ids in workers.imap(made, range(SCENES // CHUNK)):
                columns[0].append(clip.image(pictures(torch.from_numpy(x).to(DEVICE))).half().cpu().numpy())
                for column, a in zip(columns[1:], ids):
                    column.append(a)
        np.savez(path, **dict(zip(("embeds", "said", "free", "foreign"), map(np.concatenate, columns))))
    data = np.load(path)
    return [torch.from_numpy(data[name]).to(DEVICE) for name in ("embeds", "said", "free", "foreign")]


def queries(clip, decoder, embeds, ids):
    """What the decoder's two attentions ask while it draws."""
    seen, hooks = [[], []], []
    for kept, attending in zip(seen, (decoder.decoder.ma1, decoder.decoder.ma2)):
        hooks.append(attending.n2.register_forward_hook(lambda _, __, out, kept=kept: kept.append(out.flatten(0, 1))))
    with torch.no_grad():
        text, states = clip.text(trim(ids, clip.text.end))
        noise = torch.randn(len(ids), LATENT, 4 * GRID, 4 * GRID, device=DEVICE)
        ddim(lambda x, t: decoder(x, t, embeds, text, states), noise, 8)
    for hook in hooks:
        hook.remove()
    return [torch.cat(kept) for kept in seen]


def main(minutes, rate=1e-3):
    first = Tokenizer(RUNS / "tokenizer")
    clip, prior, decoder = load("clip", Pair(len(first))), load("prior", Prior()), load("decoder", Conditioned())
    vocabulary()
    tokens = Tokenizer(FOLDER)
    embeds, said, free, foreign = prepare(clip)
    mean, std = (torch.from_numpy(np.load(RUNS / f"clip_{p}.npy")).to(DEVICE) for p in ("mean", "std"))
    asked = queries(clip, decoder, embeds[:64].float(), said[:64])
    empty = torch.full((1, LENGTH), first.end, device=DEVICE)
    empty[0, 0] = first.start

    model = TextEncoder(len(tokens))
    weights, more = clip.text.state_dict(), len(tokens) - len(first)
    known = weights.pop("tokens.weight")
    model.load_state_dict(weights, strict=False)
    with torch.no_grad():                                                      # start and end are the last two of either vocabulary
        model.tokens.weight[:len(first) - 2], model.tokens.weight[-2:] = known[:-2].cpu(), known[-2:].cpu()
    # Where words are not set apart, what is one is to be learned too.
    often = torch.tensor([2. if translations.GRAMMARS[language].space == "" else 1. for language in translations.FOREIGN], device=DEVICE)
    asking = torch.cat([torch.arange(ASKED), BATCH + torch.arange(ASKED // 3)]).to(DEVICE)
    renumbered = lambda ids: torch.where(ids >= first.start, ids + more, ids)
    off = lambda mine, theirs: (mine - theirs).square().mean() / theirs.var()

    def attended(which, embed, pooled, states):
        context, _ = decoder.projection(embed, pooled, states)
        bias = key_bias(F.pad(states.abs().amax(-1) > 0, (EXTRA, 0), value=True))
        for bank, attending in zip(asked, (decoder.decoder.ma1, decoder.decoder.ma2)):
            yield attending.cross(bank[which].expand(len(states), -1, -1), context, bias)

    def foretold(xt, t, pooled, states):
        return prior(xt, t, pooled, states, states.abs().amax(-1) > 0)

    def parts():
        pick, own = torch.randint(len(said), (BATCH,), device=DEVICE), torch.randint(len(said), (ENGLISH,), device=DEVICE)
        theirs = torch.cat([said[pick], free[own[:ENGLISH // 2]], said[own[ENGLISH // 2:]], empty.to(said.dtype)]).long()
        which = often.multinomial(BATCH, replacement=True)
        mine = torch.cat([foreign[pick, which].long(), renumbered(theirs[BATCH:])])
        with torch.no_grad():
            pooled, states = clip.text(trim(theirs, first.end))
        own_pooled, own_states = model(trim(mine, tokens.end))
        losses = {"pooled": off(own_pooled, pooled)}
        kept, right = own_states[BATCH:, :states.shape[1]], states[BATCH:, :own_states.shape[1]]
        losses["english"] = 4 * (kept - right).square().sum() / right.square().sum()
        f, s = own_states[:BATCH], states[:BATCH]
        mine_asked, theirs_asked = (own_pooled[asking], own_states[asking]), (pooled[asking], states[asking])
        with torch.no_grad():
            expected, replies = clip.expectation(s), [r.log_softmax(1) for r in clip.questions(s)]
            shown = embeds[torch.cat([pick, own])[asking]].float()
            x0 = (shown - mean) / std
            t = timesteps(len(shown))
            xt, _ = noised(x0, torch.randn_like(x0), t)
            predicted = foretold(xt, t, *theirs_asked)
            some = torch.randint(len(asked[0]), (QUERIES,), device=DEVICE)
            looks = list(attended(some, shown, *theirs_asked))
        losses["expected"] = off(clip.expectation(f), expected)
        mine_replies = [r.log_softmax(1) for r in clip.questions(f)]
        losses["reading"] = .3 * sum(F.kl_div(a, b, reduction="batchmean", log_target=True) for a, b in zip(mine_replies, replies))
        losses["prior"] = 4 * off(foretold(xt, t, *mine_asked), predicted)
        losses["decoder"] = sum(off(a, b) for a, b in zip(attended(some, shown, *mine_asked), looks))
        return losses, mine_replies, replies, which

    def report():
        losses, mine, theirs, which = parts()
        same = torch.stack([(a.argmax(1) == b.argmax(1)).float() for a, b in zip(mine, theirs)]).mean(0)
        by = {l: float(same[which == i].mean()) for i, l in enumerate(translations.FOREIGN) if (which == i).any()}
        return ", ".join(f"{k} {float(v):.4f}" for k, v in losses.items()) + "; answers as in English " + " ".join(f"{k} {v:.2f}" for k, v in by.items())

    train("languages", model, lambda: sum(parts()[0].values()), minutes, lr=rate, decay=.995, warmup=50, on_log=report)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
