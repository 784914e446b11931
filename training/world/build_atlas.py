"""Makes atlas.zip, the sprites that scenes are composed of: our own vector drawings (../world.py) and the drawings of Noto Color Emoji; and flat.zip, more drawings of our own (flat.py).

Run once by hand; the result is in git. flat.zip alone needs nothing: `build_atlas.py`. atlas.zip needs rsvg-convert (librsvg2-bin) and the folder svg/ of
https://github.com/googlefonts/noto-emoji (Apache License 2.0), from which Debian's fonts-noto-color-emoji is built. Vector sources, since a bitmap of the font (128 px) would
give super-resolution nothing sharp to learn from."""
import io
import json
import math
import subprocess
import sys
import zipfile
from pathlib import Path

import cairo
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import flat
import world as first

SIDE = 512
QUALITY = 82


def of_svg(path):
    png = subprocess.run(["rsvg-convert", "-w", str(2 * SIDE), "-h", str(2 * SIDE), path], check=True, capture_output=True).stdout
    return Image.open(io.BytesIO(png)).convert("RGBA")


def of_kind(kind):
    """A drawing of our own, in the grey that colours are laid over."""
    side = 2 * SIDE
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, side, side)
    c = cairo.Context(surface)
    c.set_antialias(cairo.ANTIALIAS_BEST)
    c.translate(side / 2, side / 2)
    c.scale(side / 2.4, side / 2.4)
    (flat.draw if kind in flat.THINGS else first._draw_kind)(c, kind, *first.tones("gray"))
    a = np.ndarray((side, side, 4), np.uint8, surface.get_data())[..., [2, 1, 0, 3]].astype(float)
    a[..., :3] = a[..., :3] * 255 / np.maximum(a[..., 3:], 1)
    return Image.fromarray(a.clip(0, 255).round().astype(np.uint8))


def centred(image):
    """Cropped to what is drawn, in the middle of a square that its longer side fills but for a rim."""
    box = image.getchannel("A").point(lambda v: 255 if v > 8 else 0).getbbox()
    part = image.crop(box)
    scale = (SIDE - 16) / max(part.size)
    part = part.resize([max(1, math.floor(n * scale)) for n in part.size], Image.LANCZOS)
    out = Image.new("RGBA", (SIDE, SIDE))
    out.paste(part, ((SIDE - part.width) // 2, (SIDE - part.height) // 2))
    return out


def put(archive, name, sprite):
    data = io.BytesIO()
    centred(sprite).save(data, "WEBP", quality=QUALITY, method=6)
    archive.writestr(zipfile.ZipInfo(f"{name}.webp", (2026, 1, 1, 0, 0, 0)), data.getvalue())


def main(svg=None):
    folder = Path(__file__).parent
    with zipfile.ZipFile(folder / "flat.zip", "w", zipfile.ZIP_STORED) as archive:
        for name in flat.THINGS:
            put(archive, f"{name}.flat", of_kind(name))
    if svg is not None:
        with zipfile.ZipFile(folder / "atlas.zip", "w", zipfile.ZIP_STORED) as archive:
            for line in (folder / "things.tsv").read_text(encoding="utf-8").splitlines()[1:]:
                name, _, glyph = line.split("\t")
                sprites = [of_kind(name)] if name in first.KINDS else []
                if glyph:
                    sprites.append(of_svg(Path(svg) / f"emoji_u{'_'.join(f'{ord(c):04x}' for c in glyph)}.svg"))
                for i, sprite in enumerate(sprites):
                    put(archive, f"{name}.{i}", sprite)
    means = {}
    for archive in ("atlas.zip", "flat.zip"):
        with zipfile.ZipFile(folder / archive) as z:
            for file in z.namelist():
                a = np.asarray(Image.open(io.BytesIO(z.read(file))).convert("RGBA")).astype(float)
                means[file.removesuffix(".webp")] = [round(float(v), 1) for v in (a[..., :3] * a[..., 3:]).sum((0, 1)) / a[..., 3].sum()]
    (folder / "sprite_means.json").write_text(json.dumps(means) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
