// What everything is drawn on: where times lie, shapes, the colours of the style sheet.

const LABELS = 132; // Pixels at the left, for labels.

class Surface {
  constructor(canvas, run, axis) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.run = run;
    this.axis = axis;
  }

  /** Draws right of the labels, between two heights. */
  clipped(top, bottom, draw) {
    const { pen } = this;
    pen.save();
    pen.beginPath();
    pen.rect(LABELS, top, this.axis.width + 12, bottom - top);
    pen.clip();
    draw();
    pen.restore();
  }

  x(time) { return LABELS + this.axis.x(time); }

  /** A text in the middle of a piece, if there is room for it. */
  drawText(text, x0, x1, y, color) {
    const [from, to] = [Math.max(x0, LABELS), Math.min(x1, LABELS + this.axis.width)];
    if (to - from < text.length * 6.5 + 6) return;
    this.pen.fillStyle = color;
    this.pen.textAlign = "center";
    this.pen.fillText(text, (from + to) / 2, y);
  }

  /** Those of `items`, which are in order, that are in sight; each ends at its place `end`. */
  inSight(items, end = 0) {
    const first = firstWhere(items.length, (i) => items[i][end] >= this.window[0]);
    const last = firstWhere(items.length, (i) => items[i][0] > this.window[1]);
    return items.slice(first, last);
  }
}

function line(pen, x0, y0, x1, y1) {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

function diamond(pen, x, y, size) {
  pen.beginPath();
  pen.moveTo(x, y - size);
  pen.lineTo(x + size, y);
  pen.lineTo(x, y + size);
  pen.lineTo(x - size, y);
  pen.closePath();
  pen.fill();
}

/** The head of an arrow that comes from above, this far, or from below, if `up` is negative. */
function head(pen, x, y, up, isHollow, paper) {
  const half = Math.abs(up) * 0.6;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x - half, y - up);
  pen.lineTo(x + half, y - up);
  pen.closePath();
  if (isHollow) {
    pen.fillStyle = paper;
    pen.fill();
    pen.stroke();
  } else {
    pen.fill();
  }
}

function arrowRight(pen, x, y) {
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x - 7, y - 4);
  pen.lineTo(x - 7, y + 4);
  pen.closePath();
  pen.fill();
}

/** Diagonal lines. */
function hatch(pen, color) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const mark = tile.getContext("2d");
  mark.strokeStyle = color;
  mark.lineWidth = 1;
  for (const shift of [-6, 0, 6]) line(mark, shift, 6, shift + 6, 0);
  return pen.createPattern(tile, "repeat");
}

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The colours of the style sheet, light or dark. */
function colors() {
  const style = getComputedStyle(document.documentElement);
  const names = ["paper", "line", "text", "soft", "run", "queue", "wait", "wake", "spawn", "bad", "sleep", "chosen"];
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}
