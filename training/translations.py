"""What a prompt of this world says, in English and in the eleven other languages of world/languages.py.

A prompt is made from what it says and not from another prompt: both are then known to mean the same, which is what the text tower learns from."""
import copy
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import world

sys.path.append(str(Path(__file__).resolve().parent / "world"))
import languages  # noqa: E402
from languages import GRAMMARS, LANGUAGES  # noqa: E402

FOREIGN = LANGUAGES[1:]
COLOURS, SIZES = list(world.COLOURS), list(world.SIZE_WORDS)

# Other usual words for the same things and colours; the first of each is in world/names.json and world/languages.py.
NOUNS = {
    "de": "circle=Scheibe,Kugel square=Viereck,Kasten ring=Reifen cross=Pluszeichen moon=Halbmond house=Hütte boat=Schiff,Segelboot flower=Blüte car=Wagen mushroom=Fliegenpilz skull=Totenkopf sword=Klinge",
    "fr": "circle=disque,rond,balle diamond=rhombe ring=bague cross=plus moon=croissant house=cabane boat=voilier,navire car=auto,automobile sword=lame skull=tête_de_mort",
    "es": "circle=disco,bola square=caja ring=aro cross=signo_más moon=medialuna house=cabaña,choza boat=barco,velero car=auto,carro mushroom=hongo,champiñón skull=cráneo",
    "it": "circle=disco,palla square=quadro,scatola ring=ciambella moon=mezzaluna house=capanna,casetta boat=nave,veliero car=automobile,auto sword=lama",
    "pt": "circle=disco,bola square=caixa ring=argola moon=crescente house=cabana boat=navio,veleiro car=automóvel skull=crânio",
    "nl": "circle=schijf,bal square=doos diamond=wybertje moon=halve_maan house=hut boat=schip,zeilboot flower=bloesem car=wagen skull=doodshoofd",
    "pl": "circle=okrąg,piłka square=pudełko ring=obręcz moon=półksiężyc house=chata,domek boat=statek,żaglówka car=auto mushroom=muchomor",
    "tr": "circle=çember,top square=kutu diamond=baklava ring=yüzük cross=artı moon=hilal house=kulübe boat=gemi,yelkenli car=otomobil skull=kurukafa",
    "ru": "circle=диск,шар square=коробка ring=кольцо moon=месяц,полумесяц house=дом,хижина boat=корабль,парусник car=автомобиль mushroom=мухомор",
    "ja": "circle=丸,円盤,ボール square=正方形,箱 triangle=三角 diamond=菱形 ring=リング,指輪 cross=十字架 moon=三日月 house=小屋 tree=樹木 fish=さかな boat=船,ヨット car=自動車 mushroom=きのこ sword=刀 skull=ドクロ",
    "zh": "circle=圆,圆盘,球 square=方块,盒子 triangle=三角 star=星 heart=心形,爱心 ring=戒指 cross=十字架 moon=月牙 house=屋子,小屋 tree=大树 boat=船,帆船 flower=花朵 car=车,轿车 sword=刀剑 skull=骷髅",
}
WORDS_OF_COLOUR = {
    "de": "purple=violetter/violette/violettes/violette pink=pinker/pinke/pinkes/pinke turquoise=cyanfarbener/cyanfarbene/cyanfarbenes/cyanfarbene",
    "fr": "purple=pourpre turquoise=cyan brown=brun/brune/bruns", "es": "purple=violeta pink=rosado/rosada/rosados brown=café turquoise=cian orange=anaranjado/anaranjada/anaranjados",
    "it": "turquoise=ciano blue=azzurro/azzurra/azzurri orange=arancio brown=castano/castana/castani", "pt": "purple=violeta brown=castanho/castanha/castanhos turquoise=ciano pink=cor_de_rosa",
    "nl": "purple=violette turquoise=cyaan", "pl": "brown=brązowy/brązowa/brązowe purple=purpurowy/purpurowa/purpurowe", "tr": "turquoise=camgöbeği", "ru": "turquoise=голубой/голубая/голубое/голубые",
    "ja": "red=赤の orange=橙色の yellow=黄色の green=緑色の turquoise=ターコイズの blue=青色の purple=紫色の pink=桃色の brown=茶の black=黒の white=白の gray=グレーの",
    "zh": "red=红 orange=橙色 yellow=黄 green=绿 turquoise=青绿色的 blue=蓝 purple=紫 pink=粉红色的 brown=褐色的 black=黑 white=白 gray=灰",
}
MORE_RELATIONS = {
    "de": {"left": "{a} auf der linken Seite von {d}|{b} mit {d2} links daneben", "right": "{a} auf der rechten Seite von {d}|{b} mit {d2} rechts daneben", "above": "{b} mit {d2} darüber", "below": "{a} unterhalb von {d}|{b} mit {d2} darunter"},
    "fr": {"left": "{a} à la gauche d'{b}", "right": "{a} à la droite d'{b}", "below": "{a} en dessous d'{b}"},
    "es": {"left": "{a} a la izquierda y {b} a la derecha", "right": "{a} a la derecha y {b} a la izquierda", "above": "{a} sobre {b}", "below": "{a} bajo {b}"},
    "it": {"left": "{a} alla sinistra di {b}", "right": "{a} alla destra di {b}", "above": "{a} al di sopra di {b}", "below": "{a} al di sotto di {b}"},
    "pt": {"above": "{a} sobre {b}", "below": "{a} sob {b}|{a} embaixo de {b}"}, "nl": {"left": "{a} aan de linkerkant van {b}", "right": "{a} aan de rechterkant van {b}"},
    "pl": {"left": "{a} po lewej, {b} po prawej|{a} na lewo, {b} na prawo", "right": "{a} po prawej, {b} po lewej|{a} na prawo, {b} na lewo"},
    "tr": {"left": "{b} solunda {a}", "right": "{b} sağında {a}", "above": "{b} üzerinde {a}|{b} üstünde {a}", "below": "{b} altında {a}"},
    "ru": {"left": "слева {a} и справа {b}", "right": "справа {a} и слева {b}"},
    "ja": {"left": "{b}の左にある{a}", "right": "{b}の右にある{a}", "above": "{b}の上に{a}|{b}の上にある{a}", "below": "{b}の下にある{a}"},
    "zh": {"left": "{a}在{b}左边|{a}在{b}的左侧", "right": "{a}在{b}右边|{a}在{b}的右侧", "above": "{a}在{b}的上面|{b}上面的{a}", "below": "{a}在{b}的下面|{a}在{b}下面"},
}
MORE_PLAIN = {"de": "auf {c2} Grund|auf {c0}|mit {c2} Hintergrund", "fr": "avec un fond {c0}|devant un fond {c0}", "es": "en un fondo {c0}|con un fondo {c0}", "it": "con sfondo {c0}|davanti a uno sfondo {c0}",
              "pt": "com fundo {c0}|em um fundo {c0}", "nl": "met een {c} achtergrond|op {c0}", "pl": "{c2} tło|na tle w kolorze {c0}", "tr": "{c} arka plan üzerinde|{c} fon üzerinde", "ru": "на фоне {c0}|{c0} задний фон",
              "ja": "{c}背景で|背景は{c0}", "zh": "背景是{c0}|{c0}底色上"}

# Cases of Russian, Polish and Turkish, which world/languages.py does without: genitive, instrumental (Turkish: genitive alone), in the order of world.KINDS.
CASES = {
    "ru": ["круга квадрата треугольника звезды сердца ромба кольца креста луны дома дерева рыбы лодки цветка машины гриба меча черепа".split(),
           "кругом квадратом треугольником звездой сердцем ромбом кольцом крестом луной домом деревом рыбой лодкой цветком машиной грибом мечом черепом".split()],
    "pl": ["koła kwadratu trójkąta gwiazdy serca rombu pierścienia krzyża księżyca domu drzewa ryby łodzi kwiatu samochodu grzyba miecza czaszki".split(),
           "kołem kwadratem trójkątem gwiazdą sercem rombem pierścieniem krzyżem księżycem domem drzewem rybą łodzią kwiatem samochodem grzybem mieczem czaszką".split()],
    "tr": ["dairenin karenin üçgenin yıldızın kalbin eşkenar_dörtgenin halkanın haçın ayın evin ağacın balığın teknenin çiçeğin arabanın mantarın kılıcın kafatasının".split()],
}
STEMS = {"ru": "красн оранжев желт зелен бирюзов син фиолетов розов коричнев черн бел сер маленьк больш".split(),
         "pl": "czerwon pomarańczow żółt zielon turkusow niebiesk fioletow różow brązow czarn biał szar mał duż".split()}
DECLINED = {
    "ru": {"left": "{a} слева от {g}", "right": "{a} справа от {g}", "above": "{a} над {i}", "below": "{a} под {i}", "and": "{a} рядом с {i}|{a} и {b}"},
    "pl": {"left": "{a} po lewej stronie {g}|{a} na lewo od {g}", "right": "{a} po prawej stronie {g}|{a} na prawo od {g}", "above": "{a} nad {i}", "below": "{a} pod {i}", "and": "{a} obok {g}|{a} i {b}"},
    "tr": {"left": "{g} solunda {a}", "right": "{g} sağında {a}", "above": "{g} üstünde {a}|{g} üzerinde {a}", "below": "{g} altında {a}", "and": "{g} yanında {a}|{a} ve {b}"},
}
# What Chinese counts things in; the usual one where nothing is said.
MEASURES = {"star": "颗", "heart": "颗", "fish": "条", "flower": "朵", "mushroom": "朵", "car": "辆", "house": "座栋", "tree": "棵", "boat": "艘只", "sword": "把"}


@lru_cache(None)
def table(language):
    """{kind: nouns}, the usual one first."""
    known = {k: list(languages.names()[language][k]) for k in world.KINDS}
    for kind, more in (pair.split("=") for pair in NOUNS[language].split()):
        known[kind] += [n.replace("_", " ") for n in more.split(",") if n.replace("_", " ") not in known[kind]]
    return known


@lru_cache(None)
def other_colours(language):
    """The grammar with other words for some colours."""
    grammar = copy.copy(GRAMMARS[language])
    grammar.colours = list(grammar.colours)
    for colour, forms in (pair.split("=") for pair in WORDS_OF_COLOUR[language].split()):
        grammar.colours[COLOURS.index(colour)] = forms.replace("_", " ").split("/")
    if hasattr(grammar, "stems") and language == "de":
        grammar.stems = ["violett" if w == "lila" else "pink" if w == "rosa" else "cyan" if w == "türkis" else w for w in grammar.stems]
    return grammar


@dataclass
class Said:
    """What a prompt says: (kind, colour, size) of one thing or two, how many of one kind, how the first stands to the second, the background; None for what it leaves open."""
    things: list
    count: int = 1
    relation: str = None
    background: tuple = None


def said(rng, scene):
    """Some of what is to be seen."""
    p = .92 if rng.random() < .65 else 0.                                      # more often without colours than in English: what then binds is the order alone
    things = list(scene.objects[:1] if scene.relation is None else scene.objects)
    relation = scene.relation
    if relation and rng.random() < .5:
        things, relation = things[::-1], world.OPPOSITE[relation]
    return Said([(t.kind, t.colour if rng.random() < p else None, t.size if t.size in SIZES and rng.random() < .5 else None) for t in things],
                len(scene.objects) if scene.relation is None else 1, relation if rng.random() < .72 else None, tuple(scene.background) if rng.random() < .55 else None)


def in_english(rng, s):
    """In words that the first training showed, for the tower that is to be agreed with."""
    pick = lambda options: world._pick(rng, options)

    def phrase(thing):
        kind, colour, size = thing
        noun = world.KIND_WORDS[kind][0][0 if s.count == 1 else 1]
        head = " ".join(w for w in (size and world.SIZE_WORDS[size][0], colour, noun) if w)
        return f"{world.NUMBERS[s.count][0]} {head}" if s.count > 1 else f"{'an' if head[0] in 'aeiou' else 'a'} {head}"

    texts = [phrase(t) for t in s.things]
    text = texts[0] if len(texts) == 1 else f"{texts[0]} {pick(world.RELATIONS[s.relation][:2]) if s.relation else 'and'} {texts[1]}"
    if s.background is None:
        return text
    c = s.background
    return text + (f" on {'an' if c[0][0] in 'aeiou' else 'a'} {c[0]} background" if len(c) == 1 else f" on a gradient from {c[0]} to {c[1]}")


def adjective(language, index, gender, case):
    """Colours, then small and large: genitive, instrumental, prepositional, dative (masculine)."""
    stem = STEMS[language][index]
    if language == "ru":
        soft, hushed = stem == "син", stem[-1] in "кш"
        feminine = "ей" if soft else "ой"
        return stem + [feminine if gender == 1 else "его" if soft else "ого", feminine if gender == 1 else "им" if soft or hushed else "ым", "ем" if soft else "ом", "ему" if soft else "ому"][case]
    i = "i" if stem[-1] == "k" else ""
    return stem + [i + ("ej" if gender == 1 else "ego"), "ą" if gender == 1 else i or "y", i or "y", i + "emu"][case] + ("m" if case == 2 or (case == 1 and gender != 1) else "")


def declined(language, thing, case):
    """One thing in a case (CASES)."""
    kind, colour, size = thing
    noun = CASES[language][case][world.KINDS.index(kind)].replace("_", " ")
    indices = ([12 + SIZES.index(size)] if size else []) + ([COLOURS.index(colour)] if colour else [])
    if language == "tr":
        grammar = GRAMMARS[language]
        return " ".join([*([grammar.sizes[SIZES.index(size)][0]] if size else []), *([grammar.colours[COLOURS.index(colour)][0]] if colour else []), noun])
    gender = languages.slavic_gender(languages.names()[language][kind][0])
    return " ".join([*(adjective(language, i, gender, case) for i in indices), noun])


def counted(rng, grammar, language, s):
    """Several of a kind as people say it where world/languages.py says it otherwise; None where it does not."""
    kind, colour, size = s.things[0]
    c, z = COLOURS.index(colour) if colour else None, SIZES.index(size) if size else None
    noun = languages.names()[language][kind][0]
    if language == "ru":
        gender = languages.slavic_gender(noun)
        number = {2: "две" if gender == 1 else "два", 3: "три", 4: "четыре"}[s.count]
        ending = lambda i: STEMS["ru"][i] + ("их" if STEMS["ru"][i] in ("син", "маленьк", "больш") else "ых")
        return " ".join([number, *([ending(12 + z)] if z is not None else []), *([ending(c)] if c is not None else []), CASES["ru"][0][world.KINDS.index(kind)]])
    if language == "ja":
        look = ("" if z is None else grammar.sizes[z][0]) + ("" if c is None else grammar.colours[c][0])
        return f"{look}{noun}{'が' if rng.random() < .5 else ''}{grammar.numbers[s.count - 2][:-1]}"
    if language == "zh":
        look = ("" if z is None else grammar.sizes[z][0]) + ("" if c is None else grammar.colours[c][0])
        return "两三四"[s.count - 2] + world._pick(rng, MEASURES.get(kind, "个")) + look + noun
    return None


def single(rng, grammar, language, thing):
    """One thing in another order of the words than world/languages.py's; None where there is none."""
    kind, colour, size = thing
    c, z = COLOURS.index(colour) if colour else None, SIZES.index(size) if size else None
    noun = languages.names()[language][kind][0]
    if language == "tr":
        return " ".join([*([grammar.sizes[z][0]] if size else []), *([grammar.colours[c][0]] if colour else []), "bir", noun])
    if language == "zh":
        return "一" + world._pick(rng, MEASURES.get(kind, "个")) + ("" if z is None else ["小", "大"][z]) + ("" if c is None else grammar.colours[c][0]) + noun
    if language in ("es", "it", "pt") and size:
        gender = grammar.gender(noun)
        tall = {"es": ["pequeño pequeña", "grande grande"], "it": ["piccolo piccola", "grande grande"], "pt": ["pequeno pequena", "grande grande"]}[language][z].split()[gender]
        looks = [tall] + ([grammar.form(grammar.colours[c], gender, False)] if colour else [])
        return " ".join([grammar.one[gender], noun, *(looks if rng.random() < .5 else looks[::-1])])
    return None


def fill(template, **parts):
    for key, value in parts.items():
        template = template.replace("{" + key + "}", value)
    return template


def translated(rng, s, language, usual=False):
    """In another language; `usual` takes the commonest words and order of each."""
    grammar = GRAMMARS[language] if usual or rng.random() < .7 else other_colours(language)
    pick = lambda options: options[0] if usual else world._pick(rng, options)
    bare = not usual and rng.random() < .15

    def phrase(thing, case=0):
        kind, colour, size = thing
        nouns = table(language)[kind]
        noun = nouns[0] if usual or rng.random() < .6 else world._pick(rng, nouns)
        # The order and the cases that people use; where they do not depend on taste, always.
        if case == 0 and (language == ("ru" if s.count > 1 else "tr") if usual else rng.random() < .4):
            other = single(rng, grammar, language, thing) if s.count == 1 else counted(rng, grammar, language, s)
            if other:
                return other
        args = (noun, COLOURS.index(colour) if colour else None, SIZES.index(size) if size else None, s.count, case)
        return grammar.thing(*args, bare=True) if bare and case == 0 and s.count == 1 else grammar.thing(*args)

    if len(s.things) == 1:
        text = phrase(s.things[0])
    elif language in DECLINED and (usual or rng.random() < .6):
        a, b = s.things
        text = fill(pick(DECLINED[language][s.relation or "and"].split("|")), a=phrase(a), b=phrase(b), g=declined(language, b, 0), i=declined(language, b, 1) if language != "tr" else "")
    else:
        key = s.relation or "and"
        options = grammar.relations[key].split("|") + (MORE_RELATIONS[language].get(key, "").split("|") if MORE_RELATIONS[language].get(key) and not usual else [])
        a, b = s.things
        text = fill(pick(options), a=phrase(a), b=phrase(b), d=phrase(b, 1), d2=phrase(a, 1))
    if s.background is not None:
        c, d = (COLOURS.index(x) for x in (s.background[0], s.background[-1]))
        options = grammar.plain.split("|") + ([] if usual else MORE_PLAIN[language].split("|")) if len(s.background) == 1 else grammar.fading.split("|")
        stems = getattr(grammar, "stems", None)
        plain = lambda i: stems[i] if stems else grammar.colours[i][0]
        neuter = lambda i: grammar.colours[i][min(2, len(grammar.colours[i]) - 1)]
        dative = lambda i: plain(i) + ("" if plain(i) in ("lila", "rosa", "orange") else "em")
        where = fill(pick(options), c=grammar.colours[c][-1], d=grammar.colours[d][-1], c0=plain(c), d0=plain(d), c2=dative(c) if language == "de" else neuter(c))
        if language in ("ru", "pl") and (usual or rng.random() < .6):
            form = lambda i, case: adjective(language, i, 0, case)
            where = (f"на {form(c, 2)} фоне" if language == "ru" else f"na {form(c, 2)} tle") if len(s.background) == 1 else (
                f"на градиенте от {form(c, 0)} к {form(d, 3)}" if language == "ru" else f"na gradiencie od {form(c, 0)} do {form(d, 0)}")
        if language in ("ja", "zh") and len(s.background) == 2:
            name = lambda i: grammar.colours[i][0].rstrip("のい的")
            where = f"{name(c)}から{name(d)}へのグラデーション背景の" if language == "ja" else f"从{name(c)}到{name(d)}的渐变背景"
        if language == "ja":
            text = f"{where}、{text}" if where.endswith(("に", "で")) or where.startswith("背景は") else where + text
        elif language == "zh":
            text = text + (pick(["，", ""]) if not usual else "，") + where
        else:
            text = f"{where}, {text}" if not usual and rng.random() < .12 else text + (" " if usual or rng.random() < .75 else ", ") + where
    leads = [w for w in grammar.leads.split("|") if w]
    return world._pick(rng, leads) + text if leads and not usual and rng.random() < .06 else text


def pieces(language):
    """What a language without spaces puts together."""
    found = [n for nouns in table(language).values() for n in nouns]
    for grammar in (GRAMMARS[language], other_colours(language)):
        found += [form for options in [*grammar.colours, *grammar.sizes] for form in options] + grammar.numbers
    for text in [*GRAMMARS[language].relations.values(), *MORE_RELATIONS[language].values(), GRAMMARS[language].plain, MORE_PLAIN[language], GRAMMARS[language].fading, GRAMMARS[language].leads]:
        found += [piece for piece in re.split(r"\{\w+\}|\|", text) if piece]
    return found
