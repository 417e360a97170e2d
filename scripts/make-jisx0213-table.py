"""Writes src/text/markup/aozora/jisx0213-table.ts from Python's codec euc_jis_2004.

python3 scripts/make-jisx0213-table.py
"""

from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/text/markup/aozora/jisx0213-table.ts"

HEADER = """\
// Made by scripts/make-jisx0213-table.py from Python's codec euc_jis_2004.

/**
 * The characters of JIS X 0213:2004 by plane, row and cell, each from 1: a row is its characters with spaces between,
 * nothing between two spaces where a cell is empty. A character may be two code points (か゚).
 */
export const JIS_X_0213: Readonly<Record<1 | 2, readonly string[]>> = {
"""


def character(plane, row, cell):
    shift = b"" if plane == 1 else b"\x8f"
    try:
        return (shift + bytes([0xA0 + row, 0xA0 + cell])).decode("euc_jis_2004")
    except UnicodeDecodeError:
        return ""


def literal(row):
    return "'" + row.replace("\\", "\\\\").replace("'", "\\'") + "'"


with TARGET.open("w", encoding="utf-8") as file:
    file.write(HEADER)
    for plane in (1, 2):
        file.write(f"  {plane}: [\n")
        for row in range(1, 95):
            characters = " ".join(character(plane, row, cell) for cell in range(1, 95))
            file.write(f"    {literal(characters.rstrip(' '))},\n")
        file.write("  ],\n")
    file.write("};\n")
