"""Makes names.json: what each thing is called in each language. From Unicode CLDR's annotations (Debian's unicode-cldr-core, Unicode licence) where their
name is the plain noun; names_overrides.txt has the others, and what our own drawings are called. Run once by hand; the result is in git."""
import json
import xml.etree.ElementTree as ET
from pathlib import Path

from languages import LANGUAGES
from things import FOLDER, table

ANNOTATIONS = Path("/usr/share/unicode/cldr/common")
# Ways to say the same in English, most of them keywords of CLDR.
SYNONYMS = {
    "circle": "disc,ball", "square": "box", "diamond": "rhombus", "ring": "hoop", "cross": "plus sign", "moon": "crescent,crescent moon", "house": "home", "boat": "sailboat", "flower": "blossom", "car": "automobile",
    "mushroom": "toadstool", "sword": "blade", "rabbit": "bunny,hare", "cat": "kitty,kitten", "dog": "puppy,hound", "horse": "pony,stallion", "pig": "piglet", "rooster": "cockerel", "crocodile": "alligator", "ladybug": "ladybird,lady beetle",
    "turtle": "tortoise", "rhinoceros": "rhino", "hippopotamus": "hippo", "panda": "panda bear", "dinosaur": "t-rex,tyrannosaurus", "shrimp": "prawn", "doughnut": "donut", "cookie": "biscuit", "hamburger": "burger", "french fries": "fries,chips",
    "corn": "maize,ear of corn", "eggplant": "aubergine", "tangerine": "mandarin", "chocolate": "chocolate bar", "beer": "beer mug,glass of beer", "milk": "glass of milk", "coffee": "cup of coffee,tea", "bread": "loaf of bread", "truck": "lorry,delivery truck",
    "bicycle": "bike", "airplane": "plane,aeroplane,jet", "motorcycle": "motorbike", "locomotive": "steam train", "flying saucer": "ufo", "ship": "cruise ship,ocean liner", "taxi": "cab", "train": "high-speed train", "tram": "streetcar", "helicopter": "chopper",
    "skyscraper": "office building,high-rise", "hut": "cabin", "castle": "fortress", "globe": "earth,planet earth", "planet": "ringed planet,saturn", "thunderstorm": "storm cloud", "lightning": "lightning bolt", "fire": "flame", "watch": "wristwatch",
    "mobile phone": "smartphone,cell phone", "television": "tv,tv set", "light bulb": "bulb", "lock": "padlock", "wrench": "spanner", "axe": "hatchet", "gear": "cogwheel", "gift": "present,wrapped gift", "ribbon": "bow", "pumpkin": "jack-o-lantern",
    "dice": "die", "trophy": "cup", "suitcase": "luggage", "backpack": "rucksack,schoolbag", "gem": "jewel,gemstone", "couch": "sofa", "trash can": "wastebasket,bin", "package": "parcel,cardboard box", "rock": "stone,boulder", "glasses": "spectacles,eyeglasses",
    "tie": "necktie", "t-shirt": "shirt", "jeans": "trousers,pants", "sneaker": "running shoe,shoe", "soccer ball": "football", "police officer": "policeman", "wizard": "mage,magician", "santa claus": "santa,father christmas", "astronaut": "spaceman,cosmonaut",
    "cook": "chef", "alien": "extraterrestrial", "construction worker": "builder", "firefighter": "fireman", "woman": "lady", "man": "gentleman", "television set": "", "palm tree": "palm", "christmas tree": "fir tree", "tree": "deciduous tree", "stop sign": "",
    "piano": "keyboard", "violin": "fiddle", "telephone": "phone", "pistol": "gun,water pistol", "knife": "kitchen knife", "dagger": "", "fish": "", "ice cream": "", "sailboat": "", "snake": "serpent", "monkey": "ape", "chicken": "hen", "frog": "toad",
}


def annotations(language):
    found = {}
    for folder in ("annotationsDerived", "annotations"):
        for a in ET.parse(ANNOTATIONS / folder / f"{language}.xml").getroot().iter("annotation"):
            if a.get("type") == "tts":
                found[a.get("cp")] = a.text.replace("\u00ad", "")
    return found


def overrides():
    found = {}
    for line in (FOLDER / "names_overrides.txt").read_text(encoding="utf-8").splitlines():
        thing, rest = line.split(": ")
        found[thing.replace("_", " ")] = {k: v.replace("_", " ") for k, v in (w.split("=") for w in rest.split())}
    return found


def main():
    special, out = overrides(), {}
    for language in LANGUAGES:
        known, out[language] = annotations(language), {}
        for name, _, glyph in table():
            if language == "en":
                usual = name
            else:
                usual = special.get(name, {}).get(language) or known[glyph.replace("\ufe0f", "")].split(" (")[0].removesuffix("(in)").removesuffix("(e)")
            if language not in ("de", "en"):
                usual = usual[0].lower() + usual[1:]
            out[language][name] = [usual] + ([s for s in SYNONYMS.get(name, "").split(",") if s] if language == "en" else [])
    (FOLDER / "names.json").write_text(json.dumps(out, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
