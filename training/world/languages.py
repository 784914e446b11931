"""Twelve small grammars. Each knows how to name a thing with its colour and size, how to count, and some ways to say where things are.

They are made to be read by a model, not to be admired: genders are guessed by ending with short lists of exceptions, and languages with
cases say things in ways that need none ("слева кот, справа дом")."""
import json
from functools import lru_cache

from things import COLOURS, FOLDER

LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "ru", "ja", "zh"]


@lru_cache(None)
def names():
    """{language: {thing: [names, the usual one first]}}, made from Unicode CLDR by build_names.py."""
    return json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))


def words(text):
    return [w.replace("_", " ") for w in text.split()]


def forms(text):
    """Twelve colours (or other words): each one form, or masculine/feminine/neuter/plural divided by /."""
    return [w.replace("_", " ").split("/") for w in text.split()]


def first_word(rule):
    """Pluralises the head of a noun phrase and leaves the rest: "verre de vin"."""
    def apply(noun):
        head, *rest = noun.split(" ")
        return " ".join([rule(head), *rest])
    return apply


def en_plural(noun):
    odd = {"fish": "fish", "deer": "deer", "scissors": "scissors", "jeans": "jeans", "glasses": "glasses", "grapes": "grapes", "french fries": "french fries", "man": "men",
           "woman": "women", "old man": "old men", "wolf": "wolves", "knife": "knives", "mouse": "mice", "socks": "socks", "gloves": "gloves", "dice": "dice",
           "spaghetti": "spaghetti", "sushi": "sushi", "snowman": "snowmen", "broccoli": "broccoli", "corn": "corn", "bread": "bread", "garlic": "garlic", "shrimp": "shrimp"}
    if noun in odd:
        return odd[noun]
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"


def de_plural(noun):
    odd = words("Haus=Häuser Baum=Bäume Buch=Bücher Huhn=Hühner Ei=Eier Kuh=Kühe Maus=Mäuse Wolf=Wölfe Frosch=Frösche Vogel=Vögel Apfel=Äpfel Hut=Hüte Zug=Züge Turm=Türme "
                "Stuhl=Stühle Schwan=Schwäne Mann=Männer Bär=Bären Elefant=Elefanten Fuchs=Füchse Fahrrad=Fahrräder Kleid=Kleider Zahn=Zähne Astronaut=Astronauten Schwert=Schwerter "
                "Gespenst=Gespenster Kaktus=Kakteen Wurm=Würmer Hahn=Hähne Truthahn=Truthähne Fuchs=Füchse Topf=Töpfe Pilz=Pilze Fisch=Fische Auto=Autos Papagei=Papageien Prinz=Prinzen "
                "Polizist=Polizisten Clown=Clowns Bus=Busse Drache=Drachen Nashorn=Nashörner Einhorn=Einhörner Zahnrad=Zahnräder Riesenrad=Riesenräder Motorrad=Motorräder Krankenhaus=Krankenhäuser "
                "Hochhaus=Hochhäuser Mond=Monde Planet=Planeten Vorhängeschloss=Vorhängeschlösser Schneemann=Schneemänner Kleeblatt=Kleeblätter Ahornblatt=Ahornblätter Fußball=Fußbälle")
    table = dict(w.split("=") for w in odd)
    if noun in table:
        return table[noun]
    if noun.endswith("e"):
        return noun + "n"
    if noun.endswith(("el", "er", "en", "chen", "s")):
        return noun + ("n" if noun.endswith(("el", "er")) and de_gender(noun) == 1 else "")
    if noun.endswith(("a", "o", "i", "u", "y")):
        return noun + "s"
    return noun + ("nen" if noun.endswith("in") and de_gender(noun) == 1 else "en" if de_gender(noun) == 1 else "e")


DE_NEUTER = set(words(
    "Krokodil Pferd Huhn Schwein Kamel Einhorn Nashorn Känguru Lama Nilpferd Zebra Faultier Mammut Brot Ei Spiegelei Croissant Sandwich Bier Weinglas Fahrrad Flugzeug Motorrad "
    "Rennauto Feuerwehrauto Taxi Schiff Schnellboot Kanu Skateboard Krankenhaus Hochhaus Zelt Zirkuszelt Riesenrad Gewitter Feuer Telefon Mobiltelefon Radio Vorhängeschloss Messer "
    "Schild Zahnrad Geschenk Buch Notizbuch Paket Bett Fenster Sofa Spinnennetz Gehirn Saxofon Klavier Akkordeon Mikrofon Megafon T-Shirt Kleid Gespenst Baby Mädchen Haus Boot Auto Herz "
    "Dreieck Quadrat Kreuz Schwert Kleeblatt Popcorn Stoppschild Ahornblatt"))
DE_FEMININE = set(words(
    "Kuh Maus Fledermaus Armbanduhr Sanduhr Frau Axt Tür Pizza Brezel Kartoffel Trommel Ampel Feder Leiter Burg Fabrik Kiwi Milch Kokosnuss Avocado Muschel Wache Prinzessin Straßenbahn "
    "Achterbahn Meerjungfrau Kristallkugel Brille Kirschblüte Fee Eiscreme Zwiebel Gabel Schaufel Spinne ältere_Frau"))
DE_MASCULINE_E = set(words("Hase Affe Löwe Junge Drache Käse"))


def de_gender(noun):
    """0, 1, 2: masculine, feminine, neuter."""
    if noun in DE_NEUTER or noun.endswith("chen"):
        return 2
    return 1 if noun in DE_FEMININE or (noun.endswith("e") and noun not in DE_MASCULINE_E) else 0


def fr_gender(noun):
    head = noun.split(" ")[0]
    masculine = words("arbre cercle triangle losange casque mètre verre pirate tigre zèbre gorille singe crabe moustique cactus taxi squelette scarabée livre cygne phare insecte drone téléphone télescope "
                      "parachute microphone saxophone vampire mage elfe zombie monstre fantôme artiste astronaute détective prince globe trèfle beignet avocat rhinocéros hippopotame sandwich château dé "
                      "astéroïde requin carrosse couvercle vélo kimono poivre concombre portable fromage ange musée nuage orage garde cierge temple crâne disque mammouth moule hélicoptère rouge "
                      "bonhomme ordinateur cirque centre kiosque panda koala lama hérisson bouclier")
    feminine = words("souris fourmi dent maison fleur croix tour moto fusée clé chauve-souris main forêt noix souris montagnes soucoupe voiture fille femme pomme sirène fée princesse brebis")
    if head in feminine:
        return 1
    return 1 if head.endswith("e") and head not in masculine else 0


def ending_gender(feminine, masculine_exceptions=(), feminine_exceptions=()):
    def of(noun):
        head = noun.split(" ")[0]
        if head in feminine_exceptions:
            return 1
        return 1 if head.endswith(feminine) and head not in masculine_exceptions else 0
    return of


def slavic_gender(noun):
    head = noun.split(" ")[-1]
    return 1 if head.endswith(("a", "а", "я")) or head in ("мышь", "лошадь", "тень", "дверь", "кровать", "ракушка", "kość", "łódź", "mysz", "кость", "площадь", "морковь") else 2 if head.endswith(("o", "e", "о", "е", "ё")) else 0


def fr_plural(w):
    return w if w.endswith(("s", "x", "z")) else w + "x" if w.endswith(("eau", "eu")) else w[:-2] + "aux" if w.endswith("al") else w + "s"


def es_plural(w):
    return w if w.endswith("s") else w[:-1] + "ces" if w.endswith("z") else w[:-2] + "ones" if w.endswith("ón") else w + "s" if w[-1] in "aeiouáéíóú" else w + "es"


def it_plural(w):
    if w[-1] not in "aeo" or len(w) < 3:
        return w
    if w.endswith(("ca", "ga")):
        return w[:-1] + "he"
    if w.endswith(("co", "go")):
        return w[:-1] + "hi"
    return w[:-2] + "i" if w.endswith("io") else w[:-1] + ("e" if w[-1] == "a" else "i")


def pt_plural(w):
    for end, new in (("ão", "ões"), ("m", "ns"), ("l", "is"), ("r", "res"), ("z", "zes"), ("s", "s")):
        if w.endswith(end):
            return w[:len(w) - len(end)] + new
    return w + "s"


def nl_plural(w):
    if w.endswith(("el", "er", "en", "em", "je", "e")):
        return w + "s"
    if w[-1] in "aiouy":
        return w + "'s"
    if len(w) > 2 and w[-1] not in "aeiou" and w[-2] in "aeiou":
        if w[-3] == w[-2]:
            return w[:-3] + w[-2] + {"s": "z", "f": "v"}.get(w[-1], w[-1]) + "en"
        if w[-3] not in "aeiou":
            return w + w[-1] + "en"
    return w + "en"


def pl_plural(w):
    if w.endswith("a"):
        return w[:-1] + ("i" if w[-2] in "kg" else "y")
    if w.endswith(("o", "e")):
        return w[:-1] + "a"
    return w + ("i" if w[-1] in "kg" else "e" if w[-1] in "ńśćźżlcj" else "y") if w[-1] not in "yi" else w


def ru_plural(w):
    soft = "гкхжшщч"
    if w[-1] in "аь":
        return w[:-1] + ("и" if w[-1] == "ь" or w[-2] in soft else "ы")
    if w[-1] in "яй":
        return w[:-1] + "и"
    if w[-1] in "ое":
        return w[:-1] + "а"
    return w if w[-1] in "иы" else w + ("и" if w[-1] in soft else "ы")


def article(word):
    return "an" if word[0] in "aeiou" and not word.startswith(("uni", "one")) else "a"


class Language:
    """What the grammars share. `colours` and `sizes` hold forms by gender, the last for several."""
    gender = staticmethod(lambda noun: 0)
    plural = staticmethod(lambda noun: noun)
    after = False                                     # adjectives follow the noun
    space = " "

    def form(self, options, gender, many):
        return options[-1] if many and len(options) > 2 else options[min(gender, len(options) - 1)]

    def thing(self, noun, colour=None, size=None, count=1, case=0, bare=False):
        """`colour` and `size` by index; `case` 1 after a preposition that asks for one (German alone)."""
        many, gender = count > 1, self.gender(noun)
        adjectives = [self.form(self.colours[colour], gender, many)] if colour is not None else []
        sized = [self.form(self.sizes[size], gender, many)] if size is not None else []
        noun = self.plural(noun) if many else noun
        parts = [*sized, noun, *adjectives] if self.after else [*sized, *adjectives, noun]
        if not bare:
            parts.insert(0, self.numbers[count - 2] if many else self.form(self.one, gender, False))
        return " ".join(p for p in parts if p)


class English(Language):
    colours, sizes = forms("red orange yellow green turquoise blue purple pink brown black white gray"), forms("small big")
    numbers, one, plural = words("two three four five six"), ["a"], staticmethod(en_plural)
    relations = {"left": "{a} to the left of {b}|{a} left of {b}|{a} on the left of {b}|{b} with {a} to its left|on the left {a}, on the right {b}",
                 "right": "{a} to the right of {b}|{a} right of {b}|{a} on the right of {b}|{b} with {a} to its right|on the right {a}, on the left {b}",
                 "above": "{a} above {b}|{a} over {b}|{b} with {a} above it", "below": "{a} below {b}|{a} under {b}|{a} beneath {b}|{b} with {a} below it",
                 "on": "{a} on top of {b}|{a} standing on {b}|{a} sitting on {b}|{a} on {b}", "inside": "{a} inside {b}|{a} in {b}|{b} with {a} inside",
                 "front": "{a} in front of {b}|{b} behind {a}", "riding": "{a} riding {b}|{a} riding on {b}|{a} on the back of {b}",
                 "and": "{a} and {b}|{a} next to {b}|{a} beside {b}|{a} with {b}"}
    settings = {"meadow": "in a meadow|on a meadow|in a green field|on the grass", "sea": "at sea|on the sea|on the water|in the ocean", "desert": "in the desert|in a desert",
                "night": "in the night sky|at night|under a starry sky", "snow": "in the snow|in a snowy landscape|in winter", "room": "in a room|indoors",
                "street": "on a street|in the street|in the city", "moon": "on the moon|on the surface of the moon"}
    plain, fading = "on a {c} background|against a {c} background|with a {c} background", "on a {c} to {d} gradient|on a background fading from {c} to {d}"
    styles = {"flat": "as a flat illustration|in flat style|flat design", "watercolour": "as a watercolour|in watercolor|watercolor painting|watercolour style", "oil": "as an oil painting|in oil|oil painting",
              "ink": "as an ink drawing|in ink outline|ink drawing", "pixel": "as pixel art|pixel art|in pixel art style", "neon": "in neon|as a neon sign|neon style", "chalk": "in chalk|as a chalk drawing|chalk on a blackboard",
              "woodcut": "as a woodcut|woodcut print|in woodcut style"}
    blend, sign, with_sign = "{s} and {t}", "a sign with the word \"{w}\"|a sign that says \"{w}\"|a banner with the word \"{w}\"|a sign saying {w}|the word \"{w}\" on a sign", "{a} and {s}|{a} with {s}|{a} next to {s}"
    leads = "a picture of |an image of |a drawing of |draw |an illustration of |show me |"

    def thing(self, noun, colour=None, size=None, count=1, case=0, bare=False):
        text = super().thing(noun, colour, size, count, case, True)
        singular = not (noun.endswith("s") and en_plural(noun) == noun)
        return text if bare else f"{self.numbers[count - 2]} {text}" if count > 1 else f"{article(text)} {text}" if singular else text


class German(Language):
    colours = forms("roter/rote/rotes/rote oranger/orange/oranges/orange gelber/gelbe/gelbes/gelbe grüner/grüne/grünes/grüne türkiser/türkise/türkises/türkise blauer/blaue/blaues/blaue lila rosa "
                    "brauner/braune/braunes/braune schwarzer/schwarze/schwarzes/schwarze weißer/weiße/weißes/weiße grauer/graue/graues/graue")
    sizes = forms("kleiner/kleine/kleines/kleine großer/große/großes/große")
    numbers, one, plural, gender = words("zwei drei vier fünf sechs"), ["ein", "eine", "ein"], staticmethod(de_plural), staticmethod(de_gender)
    relations = {"left": "{a} links von {d}|{a} links neben {d}|links {a}, rechts {b}", "right": "{a} rechts von {d}|{a} rechts neben {d}|rechts {a}, links {b}", "above": "{a} über {d}|oben {a}, unten {b}",
                 "below": "{a} unter {d}|unten {a}, oben {b}", "on": "{a} auf {d}", "inside": "{a} in {d}|{a} im Inneren von {d}", "front": "{a} vor {d}|{b} hinter {d2}",
                 "riding": "{a} reitet auf {d}|{a} auf dem Rücken von {d}", "and": "{a} und {b}|{a} neben {d}|{a} mit {d}"}
    settings = {"meadow": "auf einer Wiese|im Gras", "sea": "auf dem Meer|im Meer|auf dem Wasser", "desert": "in der Wüste|in einer Wüste", "night": "am Nachthimmel|bei Nacht|unter Sternen", "snow": "im Schnee|im Winter",
                "room": "in einem Zimmer|im Zimmer", "street": "auf der Straße|auf einer Straße|in der Stadt", "moon": "auf dem Mond"}
    plain, fading = "auf {c2} Hintergrund|vor {c2} Hintergrund", "auf einem Verlauf von {c0} nach {d0}"
    styles = {"flat": "als flache Illustration|im flachen Stil", "watercolour": "als Aquarell|in Aquarell", "oil": "als Ölgemälde|in Öl", "ink": "als Tuschezeichnung|mit Tusche gezeichnet", "pixel": "als Pixelkunst|in Pixelgrafik|als Pixel-Art",
              "neon": "in Neon|als Neonschrift|im Neonstil", "chalk": "mit Kreide|als Kreidezeichnung", "woodcut": "als Holzschnitt"}
    blend, sign, with_sign = "{s} und {t}", "ein Schild mit dem Wort \"{w}\"|ein Banner mit dem Wort \"{w}\"|ein Schild, auf dem \"{w}\" steht", "{a} und {s}|{a} neben {sd}"
    leads = "ein Bild von |zeichne |eine Zeichnung: |"
    stems = words("rot orange gelb grün türkis blau lila rosa braun schwarz weiß grau")

    def thing(self, noun, colour=None, size=None, count=1, case=0, bare=False):
        if case == 0 or count > 1:
            return super().thing(noun, colour, size, count, case, bare)
        adjectives = ([self.sizes[size][1] + "n"] if size is not None else []) + ([self.colours[colour][min(1, len(self.colours[colour]) - 1)]] if colour is not None else [])
        adjectives = [a + "n" if a.endswith("e") and a != "orange" else a for a in adjectives]
        return " ".join(["einer" if self.gender(noun) == 1 else "einem", *adjectives, noun])


class Romance(Language):
    after = True


class French(Romance):
    colours, sizes = forms("rouge/rouge/rouges orange jaune/jaune/jaunes vert/verte/verts turquoise bleu/bleue/bleus violet/violette/violets rose/rose/roses marron noir/noire/noirs blanc/blanche/blancs gris/grise/gris"), forms("petit/petite/petits grand/grande/grands")
    numbers, one, gender, plural = words("deux trois quatre cinq six"), ["un", "une"], staticmethod(fr_gender), staticmethod(first_word(fr_plural))
    relations = {"left": "{a} à gauche d'{b}|à gauche {a}, à droite {b}", "right": "{a} à droite d'{b}|à droite {a}, à gauche {b}", "above": "{a} au-dessus d'{b}|en haut {a}, en bas {b}", "below": "{a} sous {b}|{a} au-dessous d'{b}|en bas {a}, en haut {b}",
                 "on": "{a} sur {b}|{a} posé sur {b}", "inside": "{a} dans {b}|{a} à l'intérieur d'{b}", "front": "{a} devant {b}|{b} derrière {a}", "riding": "{a} à cheval sur {b}|{a} chevauchant {b}", "and": "{a} et {b}|{a} à côté d'{b}|{a} avec {b}"}
    settings = {"meadow": "dans un pré|dans une prairie|sur l'herbe", "sea": "en mer|sur la mer|sur l'eau", "desert": "dans le désert", "night": "dans le ciel nocturne|la nuit|sous les étoiles", "snow": "dans la neige|en hiver", "room": "dans une pièce|dans une chambre",
                "street": "dans la rue|dans une rue|en ville", "moon": "sur la lune"}
    plain, fading = "sur fond {c0}|sur un fond {c0}", "sur un dégradé de {c0} à {d0}"
    styles = {"flat": "en illustration plate|style plat", "watercolour": "à l'aquarelle|en aquarelle", "oil": "à l'huile|peinture à l'huile", "ink": "à l'encre|dessin à l'encre", "pixel": "en pixel art", "neon": "en néon|style néon", "chalk": "à la craie|dessin à la craie", "woodcut": "en gravure sur bois|gravure sur bois"}
    blend, sign, with_sign = "{s} et {t}", "un panneau avec le mot \"{w}\"|une pancarte avec le mot \"{w}\"|une bannière avec le mot \"{w}\"", "{a} et {s}|{a} avec {s}"
    leads = "une image d'|un dessin : |dessine |"
    plain_start = None


class Spanish(Romance):
    colours, sizes = forms("rojo/roja/rojos naranja amarillo/amarilla/amarillos verde/verde/verdes turquesa azul/azul/azules morado/morada/morados rosa marrón negro/negra/negros blanco/blanca/blancos gris/gris/grises"), forms("pequeño/pequeña/pequeños gran/gran/grandes")
    numbers, one, plural = words("dos tres cuatro cinco seis"), ["un", "una"], staticmethod(first_word(es_plural))
    gender = staticmethod(ending_gender(("a", "ción", "dad"), ("koala", "gorila", "panda", "planeta", "astronauta", "pijama", "sofá", "policía", "guardia"), ("flor", "serpiente", "cruz", "llave", "nube", "mujer", "torre", "fuente", "leche", "moto")))
    relations = {"left": "{a} a la izquierda de {b}|a la izquierda {a}, a la derecha {b}", "right": "{a} a la derecha de {b}|a la derecha {a}, a la izquierda {b}", "above": "{a} encima de {b}|{a} por encima de {b}|arriba {a}, abajo {b}",
                 "below": "{a} debajo de {b}|abajo {a}, arriba {b}", "on": "{a} sobre {b}", "inside": "{a} dentro de {b}|{a} en {b}", "front": "{a} delante de {b}|{b} detrás de {a}", "riding": "{a} montando {b}|{a} montado en {b}", "and": "{a} y {b}|{a} al lado de {b}|{a} junto a {b}"}
    settings = {"meadow": "en un prado|en la hierba", "sea": "en el mar|sobre el mar|en el agua", "desert": "en el desierto", "night": "en el cielo nocturno|de noche|bajo las estrellas", "snow": "en la nieve|en invierno", "room": "en una habitación", "street": "en la calle|en una calle|en la ciudad", "moon": "en la luna"}
    plain, fading = "sobre fondo {c0}|sobre un fondo {c0}|con fondo {c0}", "sobre un degradado de {c0} a {d0}"
    styles = {"flat": "como ilustración plana|estilo plano", "watercolour": "en acuarela|como acuarela", "oil": "al óleo|pintura al óleo", "ink": "a tinta|dibujo a tinta", "pixel": "en pixel art|arte de píxeles", "neon": "en neón|estilo neón", "chalk": "con tiza|dibujo de tiza", "woodcut": "como xilografía|grabado en madera"}
    blend, sign, with_sign = "{s} y {t}", "un cartel con la palabra \"{w}\"|un letrero con la palabra \"{w}\"|un letrero que dice \"{w}\"", "{a} y {s}|{a} junto a {s}"
    leads = "una imagen de |un dibujo de |dibuja |"


class Italian(Romance):
    colours, sizes = forms("rosso/rossa/rossi arancione giallo/gialla/gialli verde/verde/verdi turchese blu viola rosa marrone nero/nera/neri bianco/bianca/bianchi grigio/grigia/grigi"), forms("piccolo/piccola/piccoli grande/grande/grandi")
    numbers, one, plural = words("due tre quattro cinque sei"), ["un", "una"], staticmethod(first_word(it_plural))
    gender = staticmethod(ending_gender(("a", "tà", "zione"), ("koala", "gorilla", "panda", "pianeta", "astronauta", "artista", "surfista"), ("volpe", "chiave", "croce", "torre", "neve", "nave", "tigre", "moto", "auto", "luce")))
    relations = {"left": "{a} a sinistra di {b}|a sinistra {a}, a destra {b}", "right": "{a} a destra di {b}|a destra {a}, a sinistra {b}", "above": "{a} sopra {b}|in alto {a}, in basso {b}", "below": "{a} sotto {b}|in basso {a}, in alto {b}",
                 "on": "{a} su {b}", "inside": "{a} dentro {b}|{a} in {b}", "front": "{a} davanti a {b}|{b} dietro {a}", "riding": "{a} che cavalca {b}|{a} in groppa a {b}", "and": "{a} e {b}|{a} accanto a {b}|{a} con {b}"}
    settings = {"meadow": "in un prato|sull'erba", "sea": "in mare|sul mare|sull'acqua", "desert": "nel deserto", "night": "nel cielo notturno|di notte|sotto le stelle", "snow": "nella neve|in inverno", "room": "in una stanza", "street": "in strada|per strada|in città", "moon": "sulla luna"}
    plain, fading = "su sfondo {c0}|su uno sfondo {c0}", "su una sfumatura da {c0} a {d0}"
    styles = {"flat": "come illustrazione piatta|stile piatto", "watercolour": "ad acquerello|come acquerello", "oil": "a olio|dipinto a olio", "ink": "a inchiostro|disegno a inchiostro", "pixel": "in pixel art", "neon": "al neon|stile neon", "chalk": "a gesso|disegno a gessetto", "woodcut": "come xilografia|xilografia"}
    blend, sign, with_sign = "{s} e {t}", "un cartello con la parola \"{w}\"|un'insegna con la parola \"{w}\"|uno striscione con la parola \"{w}\"", "{a} e {s}|{a} accanto a {s}"
    leads = "un'immagine di |un disegno di |disegna |"


class Portuguese(Romance):
    colours, sizes = forms("vermelho/vermelha/vermelhos laranja amarelo/amarela/amarelos verde/verde/verdes turquesa azul/azul/azuis roxo/roxa/roxos rosa marrom preto/preta/pretos branco/branca/brancos cinza"), forms("pequeno/pequena/pequenos grande/grande/grandes")
    numbers, one, plural = words("dois três quatro cinco seis"), ["um", "uma"], staticmethod(first_word(pt_plural))
    gender = staticmethod(ending_gender(("a", "ção", "dade"), ("koala", "coala", "gorila", "panda", "planeta", "astronauta", "guarda"), ("flor", "cruz", "chave", "nuvem", "mulher", "torre", "fonte", "árvore")))
    relations = {"left": "{a} à esquerda de {b}|à esquerda {a}, à direita {b}", "right": "{a} à direita de {b}|à direita {a}, à esquerda {b}", "above": "{a} acima de {b}|em cima {a}, embaixo {b}", "below": "{a} abaixo de {b}|{a} debaixo de {b}|embaixo {a}, em cima {b}",
                 "on": "{a} sobre {b}|{a} em cima de {b}", "inside": "{a} dentro de {b}", "front": "{a} na frente de {b}|{b} atrás de {a}", "riding": "{a} montando {b}|{a} cavalgando {b}", "and": "{a} e {b}|{a} ao lado de {b}|{a} com {b}"}
    settings = {"meadow": "em um prado|na grama", "sea": "no mar|sobre o mar|na água", "desert": "no deserto", "night": "no céu noturno|à noite|sob as estrelas", "snow": "na neve|no inverno", "room": "em um quarto|em uma sala", "street": "na rua|em uma rua|na cidade", "moon": "na lua"}
    plain, fading = "em fundo {c0}|sobre um fundo {c0}|com fundo {c0}", "sobre um degradê de {c0} a {d0}"
    styles = {"flat": "como ilustração plana|estilo plano", "watercolour": "em aquarela|como aquarela", "oil": "a óleo|pintura a óleo", "ink": "a nanquim|desenho a nanquim", "pixel": "em pixel art", "neon": "em neon|estilo neon", "chalk": "com giz|desenho de giz", "woodcut": "como xilogravura|xilogravura"}
    blend, sign, with_sign = "{s} e {t}", "uma placa com a palavra \"{w}\"|um cartaz com a palavra \"{w}\"|uma placa que diz \"{w}\"", "{a} e {s}|{a} ao lado de {s}"
    leads = "uma imagem de |um desenho de |desenhe |"


class Dutch(Language):
    colours, sizes = forms("rode oranje gele groene turquoise blauwe paarse roze bruine zwarte witte grijze"), forms("kleine grote")
    numbers, one, plural = words("twee drie vier vijf zes"), ["een"], staticmethod(nl_plural)
    relations = {"left": "{a} links van {b}|links {a}, rechts {b}", "right": "{a} rechts van {b}|rechts {a}, links {b}", "above": "{a} boven {b}|boven {a}, onder {b}", "below": "{a} onder {b}|onder {a}, boven {b}", "on": "{a} op {b}|{a} bovenop {b}",
                 "inside": "{a} in {b}|{a} binnen in {b}", "front": "{a} voor {b}|{b} achter {a}", "riding": "{a} rijdt op {b}|{a} op de rug van {b}", "and": "{a} en {b}|{a} naast {b}|{a} met {b}"}
    settings = {"meadow": "in een weide|in het gras", "sea": "op zee|op het water|in de zee", "desert": "in de woestijn", "night": "in de nachtelijke hemel|'s nachts|onder de sterren", "snow": "in de sneeuw|in de winter", "room": "in een kamer", "street": "op straat|in de stad", "moon": "op de maan"}
    plain, fading = "op een {c} achtergrond|tegen een {c} achtergrond", "op een verloop van {c0} naar {d0}"
    styles = {"flat": "als vlakke illustratie|in vlakke stijl", "watercolour": "als aquarel|in waterverf", "oil": "als olieverfschilderij|in olieverf", "ink": "als inkttekening|in inkt", "pixel": "als pixelart|in pixels", "neon": "in neon|in neonstijl", "chalk": "met krijt|als krijttekening", "woodcut": "als houtsnede"}
    blend, sign, with_sign = "{s} en {t}", "een bord met het woord \"{w}\"|een spandoek met het woord \"{w}\"|een bord waarop \"{w}\" staat", "{a} en {s}|{a} naast {s}"
    leads = "een plaatje van |teken |een tekening van |"
    stems = words("rood oranje geel groen turquoise blauw paars roze bruin zwart wit grijs")


class Polish(Language):
    colours = forms("czerwony/czerwona/czerwone pomarańczowy/pomarańczowa/pomarańczowe żółty/żółta/żółte zielony/zielona/zielone turkusowy/turkusowa/turkusowe niebieski/niebieska/niebieskie fioletowy/fioletowa/fioletowe różowy/różowa/różowe "
                    "brązowy/brązowa/brązowe czarny/czarna/czarne biały/biała/białe szary/szara/szare")
    sizes = forms("mały/mała/małe duży/duża/duże")
    numbers, one, plural, gender = words("dwa trzy cztery pięć sześć"), [""], staticmethod(first_word(pl_plural)), staticmethod(slavic_gender)
    relations = {"left": "po lewej {a}, po prawej {b}|z lewej {a}, z prawej {b}", "right": "po prawej {a}, po lewej {b}|z prawej {a}, z lewej {b}", "above": "u góry {a}, na dole {b}|na górze {a}, pod spodem {b}", "below": "na dole {a}, u góry {b}",
                 "on": "{b}, a na wierzchu {a}|{b}, na tym {a}", "inside": "{b}, a w środku {a}|{b}, wewnątrz {a}", "front": "z przodu {a}, z tyłu {b}|{b}, a przed tym {a}", "riding": "{a} jedzie, pod spodem {b}|{a} na grzbiecie: {b}", "and": "{a} i {b}|{a}, obok {b}|{a} oraz {b}"}
    settings = {"meadow": "na łące|na trawie", "sea": "na morzu|na wodzie", "desert": "na pustyni", "night": "na nocnym niebie|nocą|pod gwiazdami", "snow": "na śniegu|zimą", "room": "w pokoju", "street": "na ulicy|w mieście", "moon": "na księżycu"}
    plain, fading = "na tle: {c0}|tło {c2}", "na gradiencie: {c0}, {d0}"
    styles = {"flat": "jako płaska ilustracja|płaski styl", "watercolour": "jako akwarela|akwarela", "oil": "jako obraz olejny|olej", "ink": "jako rysunek tuszem|tuszem", "pixel": "jako pixel art|pixel art", "neon": "w neonie|styl neonowy", "chalk": "kredą|rysunek kredą", "woodcut": "jako drzeworyt|drzeworyt"}
    blend, sign, with_sign = "{s} i {t}", "znak ze słowem \"{w}\"|tablica z napisem \"{w}\"|baner z napisem \"{w}\"", "{a} i {s}|{a}, obok {s}"
    leads = "obrazek: |rysunek: |narysuj: |"


class Turkish(Language):
    colours, sizes = forms("kırmızı turuncu sarı yeşil turkuaz mavi mor pembe kahverengi siyah beyaz gri"), forms("küçük büyük")
    numbers, one = words("iki üç dört beş altı"), ["bir"]
    relations = {"left": "solda {a}, sağda {b}|solunda {a} olan {b}", "right": "sağda {a}, solda {b}|sağında {a} olan {b}", "above": "üstte {a}, altta {b}|yukarıda {a}, aşağıda {b}", "below": "altta {a}, üstte {b}|aşağıda {a}, yukarıda {b}",
                 "on": "üzerinde {a} olan {b}|{b} üzerinde {a}", "inside": "içinde {a} olan {b}|{b} içinde {a}", "front": "önde {a}, arkada {b}|{b} önünde {a}", "riding": "{b} süren {a}|{b} sırtında {a}", "and": "{a} ve {b}|{a} yanında {b}|{a} ile {b}"}
    settings = {"meadow": "çayırda|çimenlerde", "sea": "denizde|suda", "desert": "çölde", "night": "gece gökyüzünde|geceleyin|yıldızların altında", "snow": "karda|kışın", "room": "bir odada|odada", "street": "sokakta|şehirde", "moon": "ayda|ay yüzeyinde"}
    plain, fading = "{c} arka planda|{c} zemin üzerinde", "{c} ile {d} arası geçişli zeminde"
    styles = {"flat": "düz illüstrasyon|düz stil", "watercolour": "suluboya|suluboya resim", "oil": "yağlı boya|yağlı boya tablo", "ink": "mürekkep çizimi|mürekkeple", "pixel": "piksel sanatı|piksel", "neon": "neon|neon tarzı", "chalk": "tebeşirle|tebeşir çizimi", "woodcut": "ahşap baskı|tahta baskı"}
    blend, sign, with_sign = "{s} ve {t}", "\"{w}\" yazılı bir tabela|\"{w}\" yazan tabela|\"{w}\" yazılı bir pankart", "{a} ve {s}|{a} yanında {s}"
    leads = "resim: |çiz: |"


class Russian(Language):
    colours = forms("красный/красная/красное/красные оранжевый/оранжевая/оранжевое/оранжевые желтый/желтая/желтое/желтые зеленый/зеленая/зеленое/зеленые бирюзовый/бирюзовая/бирюзовое/бирюзовые синий/синяя/синее/синие "
                    "фиолетовый/фиолетовая/фиолетовое/фиолетовые розовый/розовая/розовое/розовые коричневый/коричневая/коричневое/коричневые черный/черная/черное/черные белый/белая/белое/белые серый/серая/серое/серые")
    sizes = forms("маленький/маленькая/маленькое/маленькие большой/большая/большое/большие")
    numbers, one, plural, gender = words("два три четыре пять шесть"), [""], staticmethod(first_word(ru_plural)), staticmethod(slavic_gender)
    relations = {"left": "слева {a}, справа {b}|{a} слева, {b} справа", "right": "справа {a}, слева {b}|{a} справа, {b} слева", "above": "сверху {a}, снизу {b}|вверху {a}, внизу {b}", "below": "снизу {a}, сверху {b}|внизу {a}, вверху {b}",
                 "on": "{b}, на нем {a}|{b}, а сверху стоит {a}", "inside": "{b}, внутри {a}|{a} внутри: {b}", "front": "спереди {a}, сзади {b}|на переднем плане {a}, за ним {b}", "riding": "{a} верхом, под ним {b}|{a} верхом: {b}", "and": "{a} и {b}|{a}, рядом {b}"}
    settings = {"meadow": "на лугу|на траве", "sea": "в море|на море|на воде", "desert": "в пустыне", "night": "в ночном небе|ночью|под звездами", "snow": "в снегу|на снегу|зимой", "room": "в комнате", "street": "на улице|в городе", "moon": "на луне"}
    plain, fading = "на фоне: {c0}|{c0} фон", "градиент от {c0} до {d0}"
    styles = {"flat": "плоская иллюстрация|в плоском стиле", "watercolour": "акварель|акварелью", "oil": "масло|картина маслом", "ink": "тушью|рисунок тушью", "pixel": "пиксель-арт|пиксельная графика", "neon": "неон|в неоновом стиле", "chalk": "мелом|рисунок мелом", "woodcut": "гравюра на дереве|ксилография"}
    blend, sign, with_sign = "{s} и {t}", "табличка со словом \"{w}\"|вывеска со словом \"{w}\"|плакат с надписью \"{w}\"", "{a} и {s}|{a}, рядом {s}"
    leads = "картинка: |нарисуй: |рисунок: |"


class Unspaced(Language):
    space = ""

    def thing(self, noun, colour=None, size=None, count=1, case=0, bare=False):
        parts = [self.sizes[size][0]] if size is not None else []
        parts += [self.colours[colour][0]] if colour is not None else []
        return ("" if bare or count == 1 else self.numbers[count - 2]) + "".join(parts) + noun


class Japanese(Unspaced):
    colours, sizes = forms("赤い オレンジ色の 黄色い 緑の 水色の 青い 紫の ピンクの 茶色の 黒い 白い 灰色の"), forms("小さな 大きな")
    numbers = words("二つの 三つの 四つの 五つの 六つの")
    relations = {"left": "{b}の左に{a}|左に{a}、右に{b}", "right": "{b}の右に{a}|右に{a}、左に{b}", "above": "{b}の上方に{a}|上に{a}、下に{b}", "below": "{b}の下に{a}|下に{a}、上に{b}", "on": "{b}の上に乗った{a}|{b}に乗っている{a}", "inside": "{b}の中の{a}|{b}の中に{a}",
                 "front": "{b}の前に{a}|手前に{a}、後ろに{b}", "riding": "{b}に乗る{a}|{b}にまたがる{a}", "and": "{a}と{b}|{b}の隣に{a}"}
    settings = {"meadow": "草原の|野原の", "sea": "海の|海に浮かぶ", "desert": "砂漠の", "night": "夜空の|夜の", "snow": "雪の中の|雪景色の", "room": "部屋の|部屋の中の", "street": "街の|道路の", "moon": "月面の|月の上の"}
    plain, fading = "{c}背景の|{c}背景に", "{c}から{d}へのグラデーション背景の"
    styles = {"flat": "フラットなイラスト|フラットデザイン", "watercolour": "水彩画|水彩", "oil": "油絵|油彩画", "ink": "インク画|ペン画", "pixel": "ドット絵|ピクセルアート", "neon": "ネオン|ネオン風", "chalk": "チョーク画|黒板アート", "woodcut": "木版画"}
    blend, sign, with_sign = "{s}と{t}", "「{w}」と書かれた看板|「{w}」の看板|「{w}」という文字の看板", "{a}と{s}|{s}の隣に{a}"
    leads = ""


class Chinese(Unspaced):
    colours, sizes = forms("红色的 橙色的 黄色的 绿色的 青色的 蓝色的 紫色的 粉色的 棕色的 黑色的 白色的 灰色的"), forms("小 大")
    numbers = words("两个 三个 四个 五个 六个")
    relations = {"left": "{a}在{b}的左边|{b}左边的{a}|左边{a}，右边{b}", "right": "{a}在{b}的右边|{b}右边的{a}|右边{a}，左边{b}", "above": "{a}在{b}上方|{b}上方的{a}", "below": "{a}在{b}下方|{b}下面的{a}", "on": "{a}站在{b}上|{b}顶上的{a}", "inside": "{a}在{b}里面|{b}里的{a}",
                 "front": "{a}在{b}前面|{b}前面的{a}", "riding": "{a}骑着{b}|骑{b}的{a}", "and": "{a}和{b}|{a}与{b}"}
    settings = {"meadow": "在草地上|在草原上", "sea": "在海上|在海里", "desert": "在沙漠里|在沙漠中", "night": "在夜空中|夜晚", "snow": "在雪地里|在雪中", "room": "在房间里", "street": "在街上|在城市里", "moon": "在月球上|在月球表面"}
    plain, fading = "{c}背景|在{c}背景上", "从{c}到{d}的渐变背景"
    styles = {"flat": "扁平插画|扁平风格", "watercolour": "水彩画|水彩", "oil": "油画|油画风格", "ink": "墨线画|钢笔画", "pixel": "像素画|像素风格", "neon": "霓虹|霓虹风格", "chalk": "粉笔画", "woodcut": "木刻版画|木刻"}
    blend, sign, with_sign = "{s}和{t}", "写着“{w}”的牌子|写着“{w}”的招牌|写有“{w}”的横幅", "{a}和{s}"
    leads = "画|一幅画："


GRAMMARS = dict(zip(LANGUAGES, (English(), German(), French(), Spanish(), Italian(), Portuguese(), Dutch(), Polish(), Turkish(), Russian(), Japanese(), Chinese())))
assert all(len(g.colours) == len(COLOURS) for g in GRAMMARS.values())
