"""Horizontal bars with whiskers as an SVG of its own: readable in light and dark, with no font from elsewhere."""

from xml.sax.saxutils import escape

LEFT, WIDTH, RIGHT = 150, 460, 210
ROW, TOP, BOTTOM = 24, 64, 44
STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #24292f }
    .title { font-size: 15px; font-weight: 600 }
    .quiet { fill: #57606a }
    .grid { stroke: #d0d7de; stroke-width: 1 }
    .bar { fill: #2f81c5 }
    .base { fill: #8c959f }
    .whisker { stroke: #24292f; stroke-width: 1.2 }
    .target { stroke: #cf222e; stroke-width: 2 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .quiet { fill: #9198a1 }
      .grid { stroke: #3d444d }
      .bar { fill: #4493d8 }
      .base { fill: #656c76 }
      .whisker { stroke: #e6edf3 }
      .target { stroke: #ff7b72 }
    }
"""


def svg(title, unit, bars, footnote):
    """`bars` is a list of dictionaries: label, value, low, high, words, and where there is one a target; is_base."""
    most = max([bar["high"] for bar in bars] + [bar.get("target", 0) for bar in bars])
    step = nice_step(most)
    end = step * (int(most / step) + 1)
    height = TOP + ROW * len(bars) + BOTTOM

    def x(value):
        return LEFT + WIDTH * value / end

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {height}" role="img" '
             f'aria-label="{escape(title)}">', f"  <title>{escape(title)}</title>", f"  <style>{STYLE}  </style>",
             f'  <text class="title" x="12" y="24">{escape(title)}</text>',
             f'  <text class="quiet" x="12" y="44">{escape(unit)}</text>']
    for tick in range(int(end / step) + 1):
        lines += [f'  <line class="grid" x1="{x(tick * step):.1f}" x2="{x(tick * step):.1f}" y1="{TOP - 4}" '
                  f'y2="{height - BOTTOM + 4}"/>',
                  f'  <text class="quiet" x="{x(tick * step):.1f}" y="{height - BOTTOM + 20}" '
                  f'text-anchor="middle">{tick * step:g}</text>']
    for place, bar in enumerate(bars):
        lines += bar_lines(bar, TOP + ROW * place, x)
    lines += [f'  <text class="quiet" x="12" y="{height - 8}">{escape(footnote)}</text>', "</svg>"]
    return "\n".join(lines) + "\n"


def bar_lines(bar, y, x):
    middle, kind = y + ROW / 2, "base" if bar.get("is_base") else "bar"
    end = max(bar["high"], bar.get("target", 0))
    lines = [f'  <text x="{LEFT - 8}" y="{middle + 4:g}" text-anchor="end">{escape(bar["label"])}</text>',
             f'  <rect class="{kind}" x="{LEFT}" y="{y + 4}" width="{x(bar["value"]) - LEFT:.1f}" height="{ROW - 8}"/>']
    if bar["high"] > bar["low"]:
        lines.append(f'  <path class="whisker" fill="none" d="M{x(bar["low"]):.1f} {middle - 4:g}v8m0 -4'
                     f'H{x(bar["high"]):.1f}m0 -4v8"/>')
    if "target" in bar:
        lines.append(f'  <line class="target" x1="{x(bar["target"]):.1f}" x2="{x(bar["target"]):.1f}" y1="{y + 1}" '
                     f'y2="{y + ROW - 1}"/>')
    lines.append(f'  <text x="{x(end) + 8:.1f}" y="{middle + 4:g}">{escape(bar["words"])}</text>')
    return lines


def nice_step(most):
    """A step of 1, 2 or 5 with whatever zeros, of which at most eight reach the end."""
    for power in range(-3, 7):
        for first in (1, 2, 5):
            if most / (first * 10.0 ** power) <= 8:
                return first * 10.0 ** power
    return most
