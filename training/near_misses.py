"""Scenes that differ in one thing: what a contrastive batch must hold for the towers to look at more than which words occur (arXiv 2210.01936)."""
import copy

import world


def mutate(rng, scene):
    """The same scene with one thing changed, so that the pair can be told apart by that alone."""
    for _ in range(30):
        s = copy.deepcopy(scene)
        what, o = rng.integers(6), s.objects[int(rng.integers(len(s.objects)))]
        if what == 0:
            colour = world._pick(rng, list(world.COLOURS))
            for x in (s.objects if s.relation is None else [o]):
                x.colour = colour
        elif what == 1:
            kind = world._pick(rng, world.KINDS)
            for x in (s.objects if s.relation is None else [o]):
                x.kind = kind
        elif what == 2 and s.relation:
            a, b = s.objects
            a.colour, b.colour = b.colour, a.colour
        elif what == 3 and s.relation:
            a, b = s.objects
            a.x, a.y, b.x, b.y = b.x, b.y, a.x, a.y
            s.relation = world.OPPOSITE[s.relation]
        elif what == 4 and s.relation is None:
            if len(s.objects) > 1 and rng.random() < .5:
                s.objects.pop()
            elif 1 < len(s.objects) < 4:
                s.objects.append(copy.deepcopy(o))
                if not world._place(rng, s):
                    continue
            else:
                continue
        elif what == 5:
            s.background = world._background(rng, {x.colour for x in s.objects})
        else:
            continue
        colours = {x.colour for x in s.objects}
        if world.is_held_out(s) or any(b in colours or world.contrast(world.COLOURS[c], world.background_rgb(b)) <= 120
                                       for b in s.background for c in colours):
            continue
        return s
    return world.random_scene(rng)
