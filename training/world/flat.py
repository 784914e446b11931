"""Flat drawings of things whose glyphs have too much in them for two cores: of one colour in three tones, like the first world's."""
import math
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent))
from world import _ellipse, _fill, _poly

THINGS = ["sun", "cloud", "cat", "rabbit", "bird", "butterfly", "snail", "apple", "pear", "hat", "umbrella", "key", "bell", "crown", "balloon", "rocket", "book", "chair", "hammer",
          "snowman", "candle", "tent", "pencil", "cactus"]


def draw(c, kind, main, dark, light):
    """Like ../world.py's _draw_kind, in the box [-1, 1], y down."""
    if kind == "sun":
        for i in range(8):
            a = i * math.pi / 4
            p = lambda r, d: (r * math.cos(a + d), r * math.sin(a + d))
            _poly(c, [p(1.05, 0), p(.62, .28), p(.62, -.28)]); _fill(c, dark)
        _ellipse(c, 0, 0, .6, .6); _fill(c, main)
    elif kind == "cloud":
        c.rectangle(-.62, .05, 1.24, .5); _fill(c, main)
        for x, y, r in ((-.6, .2, .36), (.62, .18, .38), (-.2, -.15, .5), (.3, -.02, .42)):
            _ellipse(c, x, y, r, r); _fill(c, main)
    elif kind == "cat":
        for s in (-1, 1):
            _poly(c, [(s * .8, -1), (s * .12, -.55), (s * .78, -.05)]); _fill(c, main)
            _poly(c, [(s * .68, -.75), (s * .38, -.5), (s * .68, -.3)]); _fill(c, dark)
        _ellipse(c, 0, .12, .84, .76); _fill(c, main)
        for s in (-1, 1):
            _ellipse(c, s * .36, -.05, .14, .17); _fill(c, dark)
        _poly(c, [(-.13, .26), (.13, .26), (0, .42)]); _fill(c, dark)
        for s in (-1, 1):
            c.rectangle(s * .62 - .3, .38, .6, .06); _fill(c, light)
    elif kind == "rabbit":
        for s in (-1, 1):
            c.save(); c.translate(s * .34, -.6); c.rotate(s * .18); _ellipse(c, 0, 0, .2, .5); c.restore(); _fill(c, main)
            c.save(); c.translate(s * .34, -.58); c.rotate(s * .18); _ellipse(c, 0, 0, .09, .34); c.restore(); _fill(c, light)
        _ellipse(c, 0, .35, .66, .62); _fill(c, main)
        for s in (-1, 1):
            _ellipse(c, s * .27, .22, .11, .14); _fill(c, dark)
        _ellipse(c, 0, .48, .11, .08); _fill(c, dark)
    elif kind == "bird":
        _poly(c, [(.3, .1), (1.05, -.35), (.95, .35)]); _fill(c, dark)
        _ellipse(c, 0, .12, .68, .52); _fill(c, main)
        _ellipse(c, -.5, -.38, .38, .38); _fill(c, main)
        _poly(c, [(-.82, -.48), (-1.1, -.32), (-.8, -.24)]); _fill(c, dark)
        _ellipse(c, -.58, -.45, .1, .1); _fill(c, light)
        _ellipse(c, .08, .12, .36, .24); _fill(c, dark)
        for x in (-.15, .15):
            c.rectangle(x, .58, .08, .36); _fill(c, dark)
    elif kind == "butterfly":
        for s in (-1, 1):
            _ellipse(c, s * .54, -.38, .48, .46); _fill(c, main)
            _ellipse(c, s * .46, .42, .38, .38); _fill(c, main)
            _ellipse(c, s * .56, -.38, .22, .22); _fill(c, light)
            _ellipse(c, s * .48, .42, .16, .16); _fill(c, light)
        _ellipse(c, 0, .05, .13, .72); _fill(c, dark)
    elif kind == "snail":
        _poly(c, [(-1, .88), (1, .88), (.9, .5), (-.9, .6)]); _fill(c, dark)
        _poly(c, [(-1, .88), (-.66, .7), (-.72, -.15), (-1.02, -.15)]); _fill(c, dark)
        _ellipse(c, -.87, -.2, .2, .2); _fill(c, dark)
        _ellipse(c, .15, .08, .64, .64); _fill(c, main)
        _ellipse(c, .2, .12, .38, .38); _fill(c, light)
        _ellipse(c, .22, .16, .2, .2); _fill(c, main)
    elif kind == "apple":
        for s in (-1, 1):
            _ellipse(c, s * .34, .2, .56, .68); _fill(c, main)
        c.rectangle(-.06, -.85, .12, .5); _fill(c, dark)
        c.save(); c.translate(.38, -.72); c.rotate(-.5); _ellipse(c, 0, 0, .34, .16); c.restore(); _fill(c, dark)
        _ellipse(c, -.5, -.08, .13, .2); _fill(c, light)
    elif kind == "pear":
        _ellipse(c, 0, .38, .66, .6); _fill(c, main)
        _ellipse(c, 0, -.25, .38, .48); _fill(c, main)
        _poly(c, [(-.42, -.1), (.42, -.1), (.62, .25), (-.62, .25)]); _fill(c, main)
        c.rectangle(-.06, -1.02, .12, .4); _fill(c, dark)
        _ellipse(c, -.3, .35, .11, .22); _fill(c, light)
    elif kind == "hat":
        c.rectangle(-.55, -.85, 1.1, 1.3); _fill(c, main)
        c.rectangle(-.55, .12, 1.1, .3); _fill(c, light)
        _ellipse(c, 0, .55, 1.02, .26); _fill(c, main)
    elif kind == "umbrella":
        c.rectangle(-.05, -.9, .1, 1.6); _fill(c, dark)
        c.set_line_width(.12); c.set_source_rgb(*[v / 255 for v in dark]); c.new_sub_path(); c.arc(.2, .7, .2, 0, math.pi); c.stroke()
        c.new_sub_path(); c.arc(0, .02, .98, math.pi, 0); c.close_path(); _fill(c, main)
        _poly(c, [(0, -.96), (.32, .02), (-.32, .02)]); _fill(c, light)
    elif kind == "key":
        c.set_line_width(.24); c.set_source_rgb(*[v / 255 for v in main]); _ellipse(c, 0, -.56, .34, .34); c.stroke()
        c.rectangle(-.12, -.2, .24, 1.2); _fill(c, main)
        for y in (.42, .76):
            c.rectangle(.1, y, .4, .2); _fill(c, dark)
    elif kind == "bell":
        c.move_to(-.88, .55); c.curve_to(-.45, .25, -.62, -.85, 0, -.85); c.curve_to(.62, -.85, .45, .25, .88, .55); c.close_path(); _fill(c, main)
        c.rectangle(-.9, .5, 1.8, .16); _fill(c, dark)
        _ellipse(c, 0, .78, .2, .2); _fill(c, dark)
        _ellipse(c, 0, -.92, .12, .12); _fill(c, dark)
        c.rectangle(-.36, -.3, .12, .5); _fill(c, light)
    elif kind == "crown":
        _poly(c, [(-.9, -.6), (-.45, .05), (0, -.85), (.45, .05), (.9, -.6), (.78, .75), (-.78, .75)]); _fill(c, main)
        c.rectangle(-.78, .48, 1.56, .27); _fill(c, dark)
        for x in (-.4, 0, .4):
            _ellipse(c, x, .28, .1, .1); _fill(c, light)
    elif kind == "balloon":
        c.rectangle(-.025, .5, .05, .55); _fill(c, dark)
        _ellipse(c, 0, -.25, .62, .76); _fill(c, main)
        _poly(c, [(0, .42), (.15, .64), (-.15, .64)]); _fill(c, dark)
        _ellipse(c, -.25, -.5, .12, .22); _fill(c, light)
    elif kind == "rocket":
        for s in (-1, 1):
            _poly(c, [(s * .3, .15), (s * .72, .75), (s * .3, .65)]); _fill(c, dark)
        c.move_to(0, -1.08); c.curve_to(.62, -.55, .45, .3, .34, .68); c.line_to(-.34, .68); c.curve_to(-.45, .3, -.62, -.55, 0, -1.08); c.close_path(); _fill(c, main)
        _ellipse(c, 0, -.22, .2, .2); _fill(c, light)
        _poly(c, [(-.2, .72), (.2, .72), (0, 1.06)]); _fill(c, light)
    elif kind == "book":
        _poly(c, [(0, -.62), (-.95, -.78), (-.95, .62), (0, .8)]); _fill(c, main)
        _poly(c, [(0, -.62), (.95, -.78), (.95, .62), (0, .8)]); _fill(c, dark)
        for y in (-.35, -.05, .25):
            c.rectangle(-.78, y, .58, .09); _fill(c, light)
            c.rectangle(.2, y, .58, .09); _fill(c, light)
    elif kind == "chair":
        for x in (-.58, .4):
            c.rectangle(x, .3, .18, .7); _fill(c, dark)
        c.rectangle(-.58, -1, .22, 1.4); _fill(c, main)
        c.rectangle(-.58, .08, 1.2, .28); _fill(c, main)
        c.rectangle(-.52, -.86, .1, .8); _fill(c, light)
    elif kind == "hammer":
        c.rectangle(-.13, -.5, .26, 1.5); _fill(c, dark)
        c.rectangle(-.72, -.9, 1.2, .5); _fill(c, main)
        _poly(c, [(.48, -.9), (1, -.5), (.48, -.4)]); _fill(c, main)
    elif kind == "snowman":
        _ellipse(c, 0, .5, .56, .52); _fill(c, main)
        _ellipse(c, 0, -.28, .4, .38); _fill(c, main)
        c.rectangle(-.3, -1.02, .6, .4); _fill(c, dark)
        c.rectangle(-.46, -.68, .92, .12); _fill(c, dark)
        for x in (-.14, .14):
            _ellipse(c, x, -.34, .06, .07); _fill(c, dark)
        for y in (.3, .6):
            _ellipse(c, 0, y, .08, .08); _fill(c, dark)
    elif kind == "candle":
        c.rectangle(-.34, -.3, .68, 1.3); _fill(c, main)
        _ellipse(c, 0, -.3, .34, .12); _fill(c, light)
        c.rectangle(-.04, -.5, .08, .25); _fill(c, dark)
        c.move_to(0, -1.08); c.curve_to(.32, -.7, .26, -.45, 0, -.45); c.curve_to(-.26, -.45, -.32, -.7, 0, -1.08); c.close_path(); _fill(c, light)
    elif kind == "tent":
        _poly(c, [(0, -.85), (1.02, .8), (-1.02, .8)]); _fill(c, main)
        _poly(c, [(0, -.35), (.42, .8), (-.42, .8)]); _fill(c, dark)
        for s in (-1, 1):
            _poly(c, [(s * .03, -1.02), (s * .1, -.98), (0, -.78)]); _fill(c, dark)
    elif kind == "pencil":
        c.save(); c.rotate(math.pi / 4)
        c.rectangle(-.24, -.75, .48, 1.3); _fill(c, main)
        _poly(c, [(-.24, .55), (.24, .55), (0, 1.12)]); _fill(c, light)
        _poly(c, [(-.1, .88), (.1, .88), (0, 1.12)]); _fill(c, dark)
        c.rectangle(-.24, -1.05, .48, .3); _fill(c, dark)
        c.restore()
    elif kind == "cactus":
        for x, top, bottom in ((-.72, -.35, .2), (.5, -.55, 0.)):
            c.rectangle(x, top, .22, bottom - top); _fill(c, main)
            _ellipse(c, x + .11, top, .11, .11); _fill(c, main)
        c.rectangle(-.72, .05, .6, .2); _fill(c, main)
        c.rectangle(.1, -.15, .6, .2); _fill(c, main)
        c.rectangle(-.24, -.75, .48, 1.75); _fill(c, main)
        _ellipse(c, 0, -.75, .24, .24); _fill(c, main)
        for x in (-.09, .05):
            c.rectangle(x, -.6, .05, 1.4); _fill(c, light)
    else:
        raise ValueError(kind)
