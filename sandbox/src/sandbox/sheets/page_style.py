"""How the pages look: the style sheet, and a cell's format as CSS."""

from __future__ import annotations

from typing import Any

CSS = """
*{box-sizing:border-box}
body{margin:0;height:100vh;display:flex;flex-direction:column;background:#f9fbfd;color:#1f1f1f;
font:13px/1.4 "Google Sans",Roboto,Arial,"Liberation Sans",sans-serif}
a{color:inherit;text-decoration:none}
svg{width:32px;height:32px;flex:none}
header{display:flex;gap:12px;align-items:center;padding:10px 16px}
header h1{font-size:18px;font-weight:400;margin:0}
header p{margin:0;color:#5f6368;font-size:12px}
.scroll{flex:1;overflow:auto;background:#fff;border-top:1px solid #e1e3e1}
table.grid{border-collapse:separate;border-spacing:0;table-layout:fixed;width:0;
font:13px/1.25 Arial,"Liberation Sans",sans-serif}
.grid th{position:sticky;background:#f8f9fa;color:#575b5f;font-weight:400;font-size:11px;
text-align:center;border:solid #c4c7c5;border-width:0 1px 1px 0;padding:0}
.grid thead th{top:0;height:24px;z-index:3}
.grid thead th:first-child{left:0;z-index:4}
.grid tbody th{left:0;z-index:2}
.grid tr.frozen td{position:sticky;z-index:1;border-bottom-color:#bdc1c6}
.grid tr.frozen th{z-index:3}
.grid td.fixed{position:sticky;z-index:1}
.grid tr.frozen td.fixed{z-index:2}
.grid td.edge{border-right:2px solid #bdc1c6}
.grid tr.lastfrozen td,.grid tr.lastfrozen th{border-bottom:3px solid #c7cbc9}
.grid td{height:21px;padding:2px 3px;border:solid #e2e3e3;border-width:0 1px 1px 0;background:#fff;
overflow:hidden;white-space:nowrap;vertical-align:bottom;position:relative}
.grid td.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
.grid td.noted::after{content:"";position:absolute;top:0;right:0;border:solid transparent;
border-width:0 7px 7px 0;border-right-color:#fbbc04}
.grid td.filter::before{content:"\\2261";float:right;opacity:.65;font-weight:700;margin-left:4px}
footer{display:flex;align-items:center;gap:16px;padding:0 48px;height:40px;background:#f9fbfd;
border-top:1px solid #e1e3e1}
footer nav{display:flex;height:100%;overflow:auto}
footer nav a{padding:10px 16px;color:#444746;white-space:nowrap}
footer nav a.here{background:#e1e9f7;color:#0b57d0;font-weight:700}
.paging{margin:0 0 0 auto;color:#5f6368;white-space:nowrap}
.paging a{padding:4px 10px;font-size:16px}
main.list{max-width:960px;width:100%;margin:24px auto;padding:0 16px}
main.list h1{font-weight:400;font-size:22px}
main.list table{width:100%;border-collapse:collapse;background:#fff}
main.list td,main.list th{text-align:left;padding:10px 12px;border-bottom:1px solid #e1e3e1}
main.list th{font-weight:500;color:#5f6368}
main.list td a{display:flex;gap:10px;align-items:center}
main.list svg{width:20px;height:20px}
"""
ICON = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="#188038" '
    'd="M6 1h9l5 5v15a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2z"/>'
    '<path fill="#fff" d="M7 11h10v8H7zm1.5 1.5v1.8h2.8v-1.8zm4.2 0v1.8h2.8v-1.8zm-4.2 '
    '3.2v1.8h2.8v-1.8zm4.2 0v1.8h2.8v-1.8z"/></svg>'
)
_ALIGNMENTS = {"LEFT": "left", "CENTER": "center", "RIGHT": "right"}
_VERTICAL = {"TOP": "top", "MIDDLE": "middle", "BOTTOM": "bottom"}
_SIDES = ("top", "bottom", "left", "right")


def css_colour(colour: dict[str, Any] | None) -> str:
    """Return a Color as CSS; nothing when there is none."""
    if colour is None:
        return ""
    red, green, blue = (round(colour.get(name, 0) * 255) for name in ("red", "green", "blue"))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _background(look: dict[str, Any]) -> str:
    return css_colour(look.get("backgroundColorStyle", {}).get("rgbColor")) or css_colour(
        look.get("backgroundColor")
    )


def _text(look: dict[str, Any]) -> list[str]:
    text = look.get("textFormat", {})
    colour = css_colour(text.get("foregroundColorStyle", {}).get("rgbColor")) or css_colour(
        text.get("foregroundColor")
    )
    lines = [
        word
        for name, word in (("underline", "underline"), ("strikethrough", "line-through"))
        if text.get(name)
    ]
    found = {
        "color": colour,
        "font-weight": "700" if text.get("bold") else "",
        "font-style": "italic" if text.get("italic") else "",
        "font-size": f"{text['fontSize']}pt" if text.get("fontSize") else "",
        "text-decoration": " ".join(lines),
    }
    return [f"{name}:{value}" for name, value in found.items() if value]


def _borders(look: dict[str, Any]) -> list[str]:
    found = []
    for side in _SIDES:
        border = look.get("borders", {}).get(side)
        if border and border.get("style", "NONE") != "NONE":
            colour = css_colour(border.get("colorStyle", {}).get("rgbColor", border.get("color")))
            found.append(f"border-{side}:1px solid {colour or '#000'}")
    return found


def css(look: dict[str, Any]) -> str:
    """Return a CellFormat as CSS declarations."""
    background = _background(look)
    declarations = _text(look) + _borders(look)
    if background:
        declarations.append(f"background:{background}")
    if look.get("horizontalAlignment") in _ALIGNMENTS:
        declarations.append(f"text-align:{_ALIGNMENTS[look['horizontalAlignment']]}")
    if look.get("verticalAlignment") in _VERTICAL:
        declarations.append(f"vertical-align:{_VERTICAL[look['verticalAlignment']]}")
    return ";".join(declarations)
