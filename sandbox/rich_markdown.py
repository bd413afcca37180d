"""A little Markdown for rich messages: headings, paragraphs, bold, code, pipe tables."""

import re


def to_html(text: str) -> str:
    """Turn headings, paragraphs, bold, code and pipe tables into the HTML they stand for."""
    out = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = chunk.strip().splitlines()
        if heading := re.match(r"(#{1,6}) +(.+)", lines[0]):
            size = len(heading[1])
            out.append(f"<h{size}>{_inline(heading[2])}</h{size}>")
            lines = lines[1:]
        if len(lines) > 1 and re.fullmatch(r"\|?[ :|-]+\|?", lines[1]) and "-" in lines[1]:
            out.append(_pipe_table(lines))
        elif lines:
            out.append(f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>")
    return "".join(out)


def _inline(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"`(.+?)`", r"<code>\1</code>", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", safe))


def _pipe_table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    aligns = [
        "center" if mark.startswith(":") and mark.endswith(":") else "right" if mark.endswith(":") else "left"
        for mark in rows.pop(1)
    ]
    aligns += ["left"] * max(map(len, rows))
    written = []
    for index, row in enumerate(rows):
        tag = "td" if index else "th"
        cells = (
            f'<{tag} align="{align}">{_inline(cell)}</{tag}>'
            for cell, align in zip(row, aligns, strict=False)
        )
        written.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(written)}</table>"
