"""Writes typeface.txt: the outlines of Inter (Regular, Semi Bold) for the characters that figures use.

    python3 make_typeface.py Inter-Regular.otf Inter-SemiBold.otf > typeface.txt

One line a glyph: code point, advance, outline as M, L, C, Z with whole coordinates, 1000 to the em, y downwards.
Inter: Copyright 2016-2022 The Inter Project Authors, SIL Open Font License 1.1; the outlines stay under that licence.
"""
import sys
from fontTools.ttLib import TTFont
from fontTools.pens.basePen import BasePen

CHARACTERS = "".join(chr(c) for c in [*range(0x20, 0x7F), *range(0xA0, 0x180)]) + \
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψω–—‘’“”„…•‹›−≈≠≤≥∞√∑→←↑↓⏎·×½¼₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻\u202f\ufffd□"


class Outline(BasePen):
    def __init__(self, glyphs, scale):
        super().__init__(glyphs)
        self.text, self.scale = [], scale

    def _add(self, letter, *points):
        self.text.append(letter + " ".join(f"{round(x * self.scale)} {round(-y * self.scale)}" for x, y in points))

    def _moveTo(self, p): self._add("M", p)
    def _lineTo(self, p): self._add("L", p)
    def _curveToOne(self, a, b, c): self._add("C", a, b, c)
    def _closePath(self): self._add("Z")


for name, path in zip(["regular", "semibold"], sys.argv[1:]):
    font = TTFont(path)
    glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), 1000 / font["head"].unitsPerEm
    print("#", name)
    for character in sorted(set(CHARACTERS)):
        if ord(character) not in names: continue
        glyph = glyphs[names[ord(character)]]
        pen = Outline(glyphs, scale)
        glyph.draw(pen)
        print(f"{ord(character):04X} {round(glyph.width * scale)} {''.join(pen.text)}".rstrip())
