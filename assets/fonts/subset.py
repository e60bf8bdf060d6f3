"""Makes FigureSans-Regular.ttf and FigureSans-Bold.ttf in the current folder.

    python3 subset.py FOLDER

FOLDER holds NotoSans-Regular.ttf, NotoSans-Bold.ttf and NotoSansMath-Regular.ttf (Debian's
fonts-noto-core 20201225-1). Needs fonttools 4. Letters come from Noto Sans; signs that it lacks come
from Noto Sans Math, which has one weight.
"""

import os
import sys
import tempfile

from fontTools import merge, subset
from fontTools.ttLib import TTFont

FAMILY = "Phantom Figure Sans"
COPYRIGHT = "Copyright 2015 Google LLC (Noto Sans), 2018 Google LLC (Noto Sans Math). All Rights Reserved."


def span(first, last):
    return set(range(first, last + 1))


LETTERS = (
    span(0x20, 0x7E) | span(0xA0, 0x17F) | span(0x391, 0x3A1) | span(0x3A3, 0x3C9)
    | {0x3D1, 0x3D5, 0x3F5} | span(0x400, 0x45F) | {0x490, 0x491}
    | {0x2070, 0x2071} | span(0x2074, 0x208E) | span(0x2090, 0x209C) | span(0x1D62, 0x1D65)
    | {0x2009, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E}
    | {0x2020, 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033, 0x2113, 0x2C7C, 0x1E8B, 0x1E8F, 0xFFFD}
)
SIGNS = (
    span(0x2190, 0x2194) | {0x21D2, 0x2200, 0x2202, 0x2203, 0x2205, 0x2206, 0x2207, 0x2208, 0x220F}
    | {0x2211, 0x2212, 0x2213, 0x2217, 0x2218, 0x221A, 0x221D, 0x221E, 0x2225, 0x2227, 0x2228, 0x2229}
    | {0x222A, 0x222B, 0x2248, 0x2260, 0x2261, 0x2264, 0x2265, 0x226A, 0x226B, 0x2282, 0x2286, 0x2295}
    | {0x2297, 0x22C5, 0x27E8, 0x27E9}
)


def cut(source, codes, target):
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.glyph_names = False
    options.legacy_kern = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "MATH", "STAT", "DSIG", "meta", "BASE", "gasp"]
    font = subset.load_font(source, options)
    maker = subset.Subsetter(options)
    maker.populate(unicodes=codes)
    maker.subset(font)
    font.save(target)


def make(folder, weight, scratch):
    letters, signs = f"{folder}/NotoSans-{weight}.ttf", f"{folder}/NotoSansMath-Regular.ttf"
    has_letters, has_signs = (set(TTFont(name).getBestCmap()) for name in (letters, signs))
    lacking = (LETTERS | SIGNS) - has_letters - has_signs
    assert not lacking, lacking
    parts = [f"{scratch}/letters-{weight}.ttf", f"{scratch}/signs-{weight}.ttf"]
    cut(letters, (LETTERS | SIGNS) & has_letters, parts[0])
    cut(signs, (LETTERS | SIGNS) - has_letters, parts[1])
    font = merge.Merger().merge(parts)
    first = TTFont(parts[0])
    for field in ("ascent", "descent", "lineGap"):
        setattr(font["hhea"], field, getattr(first["hhea"], field))
    for field in ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent"):
        setattr(font["OS/2"], field, getattr(first["OS/2"], field))
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in (5, 7, 8, 9, 13, 14)]
    plain = f"{FAMILY} {weight}"
    unique = f"{plain}; subset of Noto Sans and Noto Sans Math"
    for number, text in ((0, COPYRIGHT), (1, FAMILY), (2, weight), (3, unique), (4, plain)):
        names.setName(text, number, 3, 1, 0x409)
    names.setName(f"PhantomFigureSans-{weight}", 6, 3, 1, 0x409)
    font["head"].created = font["head"].modified = first["head"].created
    font.recalcTimestamp = False
    font.save(f"FigureSans-{weight}.ttf")


with tempfile.TemporaryDirectory() as scratch:
    for weight in ("Regular", "Bold"):
        make(sys.argv[1], weight, scratch)
        print(weight, os.path.getsize(f"FigureSans-{weight}.ttf"), "bytes")
