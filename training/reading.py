"""What a caption says, as answers to questions that the text states must give."""
import world

SIZES, RELATIONS, COLOURS = list(world.SIZE_WORDS), list(world.RELATIONS), list(world.COLOURS)
CHOICES = [len(world.KINDS), len(COLOURS), len(SIZES) + 1] * 4 + [len(RELATIONS) + 1, 5, len(COLOURS), len(COLOURS)]


def facts(o):
    return [-1] * 3 if o is None else [world.KINDS.index(o.kind), COLOURS.index(o.colour), SIZES.index(o.size) if o.size in SIZES else len(SIZES)]


def answers(scene, mentioned, told):
    """Kind, colour and size of the left or upper thing and of the other (where the words say which that is), then of what is mentioned first and second
    ("a white fish and a yellow triangle" says no places but must still not come out as a yellow fish); how the first mentioned stands to the
    second, the number, the background. -1 where there is nothing to know."""
    one = len(mentioned) == 1
    first, second = (mentioned[0], None) if one else mentioned if told in ("left", "above") else mentioned[::-1] if told else (None, None)
    number = len(scene.objects) - 1 if scene.relation is None else 4
    return facts(first) + facts(second) + facts(mentioned[0]) + facts(None if one else mentioned[1]) + [
        RELATIONS.index(told) if told else len(RELATIONS), number, COLOURS.index(scene.background[0]), COLOURS.index(scene.background[-1])]
