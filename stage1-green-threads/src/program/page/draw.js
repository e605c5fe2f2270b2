// Draws a run: the lanes that stay on top, and the rows of tasks that are in sight.

const LABELS = 132; // Pixels at the left, for labels.
const MOST_WORKERS = 16; // More than these share a lane.
const MOST_ARROWS = 600; // With more in sight, only those of the chosen task are drawn.

class Drawing {
  constructor(canvas, run, axis) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.run = run;
    this.axis = axis;
    this.lanes = this.layOut();
  }

  /** The lanes on top: where each stands. */
  layOut() {
    const { run } = this;
    const lanes = [{ kind: "axis", label: "", height: 24 }];
    if (run.ready.length) lanes.push({ kind: "ready", label: "OS and reactor", height: 22 });
    if (run.timers.length) lanes.push({ kind: "timers", label: "timers", height: 22 });
    if (run.workers.length <= MOST_WORKERS) {
      for (const worker of run.workers) lanes.push({ kind: "worker", label: `worker ${worker}`, height: 24, worker });
    } else {
      lanes.push({ kind: "workers", label: `${run.workers.length} threads`, height: 44 });
    }
    lanes.push({ kind: "queue", label: "ready queue", height: 36 });
    let top = 0;
    for (const lane of lanes) {
      lane.top = top;
      top += lane.height;
    }
    this.tasksTop = top + 6;
    return lanes;
  }

  lane(kind) {
    return this.lanes.find((lane) => lane.kind === kind);
  }

  /** Draws everything. `state`: rows, rowHeight, scrolled, chosen, now. */
  draw(state) {
    const { canvas, pen } = this;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== width * scale || canvas.height !== height * scale) {
      canvas.width = width * scale;
      canvas.height = height * scale;
    }
    this.state = state;
    this.height = height;
    this.colors = colors();
    this.axis.width = Math.max(width - LABELS - 12, 50);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = this.colors.paper;
    pen.fillRect(0, 0, width, height);
    this.window = [this.axis.timeAt(0), this.axis.timeAt(this.axis.width)];
    this.drawGrid(width, height);
    this.clipped(this.tasksTop, height, () => this.drawTasks(width));
    this.clipped(0, height, () => this.drawLanes());
    this.drawLabels();
    this.clipped(0, height, () => {
      this.drawArrows();
      this.drawNow(width, height);
    });
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

  drawGrid(width, height) {
    const { pen, colors } = this;
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    pen.textAlign = "center";
    for (const { x, text } of this.axis.marks()) {
      if (x < -1 || x > this.axis.width) continue;
      pen.strokeStyle = colors.line;
      pen.lineWidth = 1;
      line(pen, Math.round(LABELS + x) + 0.5, 20, Math.round(LABELS + x) + 0.5, height);
      pen.fillStyle = colors.soft;
      pen.fillText(text, LABELS + Math.max(x, pen.measureText(text).width / 2), 11);
    }
    pen.strokeStyle = colors.soft;
    line(pen, 0, this.tasksTop - 2.5, width, this.tasksTop - 2.5);
  }

  drawLanes() {
    for (const lane of this.lanes) {
      switch (lane.kind) {
        case "ready": this.drawReady(lane); break;
        case "timers": this.drawTimers(lane); break;
        case "worker": this.drawWorker(lane); break;
        case "workers": this.drawSteps(lane, this.run.running ??= depths(this.run.slices), this.colors.run); break;
        case "queue": this.drawSteps(lane, this.run.queue, this.colors.queue); break;
      }
    }
  }

  drawReady(lane) {
    const { pen, colors } = this;
    const middle = lane.top + lane.height / 2;
    let last = -9;
    for (const [at, , , direction] of this.inSight(this.run.ready)) {
      const x = this.x(at);
      if (x - last < 1.5) continue;
      last = x;
      const down = direction !== "writable";
      pen.beginPath();
      pen.moveTo(x - 5, middle + (down ? -4 : 4));
      pen.lineTo(x + 5, middle + (down ? -4 : 4));
      pen.lineTo(x, middle + (down ? 5 : -5));
      pen.closePath();
      pen.fillStyle = down ? colors.wake : colors.paper;
      pen.strokeStyle = colors.wake;
      pen.lineWidth = 1.3;
      pen.fill();
      pen.stroke();
    }
  }

  drawTimers(lane) {
    const { pen, colors } = this;
    const middle = lane.top + lane.height / 2;
    pen.strokeStyle = colors.wake;
    for (const [set, fired] of this.run.timers) {
      pen.globalAlpha = 0.6;
      pen.lineWidth = 1;
      line(pen, this.x(set), middle - 5, this.x(set), middle + 5);
      if (fired === null) continue;
      pen.globalAlpha = 0.25;
      line(pen, this.x(set), middle, this.x(fired), middle);
      pen.globalAlpha = 1;
      pen.fillStyle = colors.wake;
      diamond(pen, this.x(fired), middle, 5);
    }
    pen.globalAlpha = 1;
  }

  drawWorker(lane) {
    const { pen, colors, run, state } = this;
    const top = lane.top + 3, height = lane.height - 6;
    for (const [from, to] of this.inSight(run.sleeps[lane.worker] ?? [], 1)) {
      pen.fillStyle = colors.sleep;
      const [x0, x1] = [this.x(from), this.x(to)];
      pen.fillRect(x0, top + 3, Math.max(x1 - x0 - 0.5, 0.5), height - 6);
      this.drawText("asleep in the OS", x0, x1, lane.top + lane.height / 2, colors.soft);
    }
    let drawn = -1;
    for (const [from, to, index] of this.inSight(run.slices.get(lane.worker), 1)) {
      const [x0, x1] = [this.x(from), this.x(to)];
      const isChosen = index === state.chosen;
      if (x1 < drawn && !isChosen) continue;
      drawn = Math.max(x1, x0 + 1);
      pen.fillStyle = isChosen ? colors.text : colors.run;
      pen.fillRect(x0, top, Math.max(x1 - x0, 1), height);
      if (x1 - x0 > 3) {
        pen.fillStyle = colors.paper;
        pen.fillRect(x1 - 0.5, top, 0.5, height);
      }
      this.drawText(`${run.tasks[index].id}`, x0, x1, lane.top + lane.height / 2, colors.paper);
    }
  }

  /** A text in the middle of a piece, if there is room for it. */
  drawText(text, x0, x1, y, color) {
    const [from, to] = [Math.max(x0, LABELS), Math.min(x1, LABELS + this.axis.width)];
    if (to - from < text.length * 6.5 + 6) return;
    this.pen.fillStyle = color;
    this.pen.textAlign = "center";
    this.pen.fillText(text, (from + to) / 2, y);
  }

  /** How many there are of something: steps, filled. */
  drawSteps(lane, steps, color) {
    const { pen } = this;
    const most = steps.reduce((most, [, depth]) => Math.max(most, depth), 1);
    const bottom = lane.top + lane.height - 3;
    const y = (depth) => bottom - depth / most * (lane.height - 8);
    pen.beginPath();
    pen.moveTo(LABELS, bottom);
    let last = 0;
    const first = Math.max(firstWhere(steps.length, (i) => steps[i][0] > this.window[0]) - 1, 0);
    for (let i = first; i < steps.length && steps[i][0] <= this.window[1]; i++) {
      const x = this.x(steps[i][0]);
      pen.lineTo(x, y(last));
      pen.lineTo(x, y(last = steps[i][1]));
    }
    pen.lineTo(LABELS + this.axis.width, y(last));
    pen.lineTo(LABELS + this.axis.width, bottom);
    pen.closePath();
    pen.globalAlpha = 0.3;
    pen.fillStyle = color;
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = color;
    pen.lineWidth = 1;
    pen.stroke();
    lane.most = most;
  }

  /** Those of `items`, which are in order, that are in sight; each ends at its place `end`. */
  inSight(items, end = 0) {
    const first = firstWhere(items.length, (i) => items[i][end] >= this.window[0]);
    const last = firstWhere(items.length, (i) => items[i][0] > this.window[1]);
    return items.slice(first, last);
  }

  // Tasks

  rowTop(row) {
    return this.tasksTop + row * this.state.rowHeight - this.state.scrolled;
  }

  rowsInSight() {
    const { rowHeight, scrolled, rows } = this.state;
    const first = Math.max(Math.floor(scrolled / rowHeight), 0);
    const last = Math.min(Math.ceil((scrolled + this.height - this.tasksTop) / rowHeight), rows.length);
    return [first, last];
  }

  drawTasks(width) {
    const [first, last] = this.rowsInSight();
    for (let row = first; row < last; row++) {
      const task = this.run.tasks[this.state.rows[row]];
      const top = this.rowTop(row);
      const gap = Math.min(this.state.rowHeight / 6, 2);
      if (task.index === this.state.chosen) {
        this.pen.fillStyle = this.colors.chosen;
        this.pen.fillRect(0, top, width, this.state.rowHeight);
      }
      this.drawTask(task, top + gap / 2, this.state.rowHeight - gap);
    }
  }

  drawTask(task, top, height) {
    const { pen, colors } = this;
    const middle = top + height / 2;
    const spans = task.spans;
    const first = Math.max(firstWhere(spans.length, (i) => spans[i][0] > this.window[0]) - 1, 0);
    let drawn = -1; // Nothing before this pixel need be drawn again.
    for (let i = first; i < spans.length && spans[i][0] <= this.window[1]; i++) {
      const span = spans[i];
      const [x0, x1] = [this.x(span[0]), this.x(spans[i + 1]?.[0] ?? task.to)];
      if (x1 < drawn) continue;
      if (span[1] === "run") {
        pen.fillStyle = colors.run;
        pen.globalAlpha = span[3] > 1 ? 0.55 : 1;
        pen.fillRect(x0, top, Math.max(x1 - x0, 1.2), height);
        pen.globalAlpha = 1;
        drawn = x0 + 1.2;
      } else if (span[1] === "queue") {
        this.drawQueued(x0, x1, middle, height);
      } else {
        const isStuck = task.stuck !== null && i === spans.length - 1;
        this.drawWait(span[1], x0, x1, middle, isStuck);
      }
    }
    this.drawEnd(task, middle, height);
  }

  drawQueued(x0, x1, middle, height) {
    if (x1 - x0 < 0.3) return;
    const { pen, colors } = this;
    const half = Math.min(height * 0.3, 5);
    pen.fillStyle = colors.queue;
    pen.globalAlpha = 0.3;
    pen.fillRect(x0, middle - half, x1 - x0, 2 * half);
    pen.globalAlpha = 1;
    if (x1 - x0 < 4) return;
    pen.fillStyle = this.hatch ??= hatch(pen, colors.queue);
    pen.fillRect(x0, middle - half, x1 - x0, 2 * half);
    pen.strokeStyle = colors.queue;
    pen.lineWidth = 1;
    pen.strokeRect(x0 + 0.5, middle - half, x1 - x0 - 1, 2 * half);
  }

  drawWait(on, x0, x1, middle, isStuck) {
    if (x1 - x0 < 0.5) return;
    const { pen, colors } = this;
    pen.strokeStyle = isStuck ? colors.bad : colors.wait;
    pen.lineWidth = isStuck ? 2.5 : 1.5;
    pen.setLineDash(on === "source" ? [] : on === "timer" ? [8, 4] : [2, 4]);
    // A dash pattern that begins far outside would be drawn from there.
    line(pen, Math.max(x0, LABELS - 20), middle, Math.min(x1, LABELS + this.axis.width + 20), middle);
    pen.setLineDash([]);
    if (!isStuck) return;
    pen.lineWidth = 3;
    line(pen, x1, middle - 6, x1, middle + 6);
  }

  drawEnd(task, middle, height) {
    if (!task.ended) return;
    const { pen, colors } = this;
    const x = this.x(task.to), size = Math.min(Math.max(height * 0.3, 1.5), 4);
    pen.lineWidth = 1.5;
    switch (task.ended[1]) {
      case "ok":
        pen.fillStyle = colors.text;
        pen.beginPath();
        pen.arc(x, middle, size, 0, 7);
        pen.fill();
        break;
      case "panicked":
        pen.strokeStyle = colors.bad;
        pen.lineWidth = 2.5;
        line(pen, x - size, middle - size, x + size, middle + size);
        line(pen, x - size, middle + size, x + size, middle - size);
        break;
      default:
        pen.strokeStyle = colors.text;
        pen.fillStyle = colors.paper;
        pen.beginPath();
        pen.arc(x, middle, size, 0, 7);
        pen.fill();
        pen.stroke();
    }
  }

  // Arrows

  drawArrows() {
    const { run, state } = this;
    const [first, last] = this.rowsInSight();
    const rowOf = new Map();
    for (let row = first; row < last; row++) rowOf.set(state.rows[row], row);
    const isIn = (wake) => wake.at >= this.window[0] && wake.since <= this.window[1] && rowOf.has(wake.task);
    let wakes = run.wakes.filter(isIn);
    const chosen = (wake) => state.chosen !== null && (wake.task === state.chosen || wake.by === state.chosen);
    const few = wakes.length <= MOST_ARROWS;
    if (!few) wakes = wakes.filter(chosen);
    const faint = Math.min(Math.max(8 / wakes.length, 0.12), 0.8);
    for (const wake of wakes) {
      this.pen.globalAlpha = chosen(wake) ? 1 : state.chosen === null ? faint : Math.min(faint, 0.2);
      this.drawArrow(wake, rowOf.get(wake.task), rowOf);
    }
    this.pen.globalAlpha = 1;
  }

  /** Where the arrow of a wake begins: in the lane of its cause, or in the row of the task that woke. */
  arrowStart(wake, rowOf) {
    const middle = (lane) => lane && lane.top + lane.height - 5;
    switch (wake.cause) {
      case "source": return middle(this.lane("ready"));
      case "timer": return middle(this.lane("timers"));
      case "outside": return this.lane("axis").height - 4;
      default: {
        if (wake.by === null) return undefined;
        const row = rowOf.get(wake.by) ?? this.state.rows.indexOf(wake.by);
        return row < 0 ? undefined : Math.max(this.rowTop(row) + this.state.rowHeight / 2, this.tasksTop);
      }
    }
  }

  drawArrow(wake, row, rowOf) {
    const from = this.arrowStart(wake, rowOf);
    if (from === undefined) return;
    const { pen, colors, state } = this;
    const middle = this.rowTop(row) + state.rowHeight / 2;
    if (middle < this.tasksTop) return;
    const isSpawn = wake.cause === "spawned";
    pen.strokeStyle = pen.fillStyle = isSpawn ? colors.spawn : colors.wake;
    pen.lineWidth = 1.3;
    pen.setLineDash(wake.coalesced ? [3, 3] : []);
    const [x0, x1] = [this.x(wake.since), this.x(wake.at)];
    const up = from > middle ? -1 : 1;
    const end = middle - up * Math.min(state.rowHeight * 0.3, 4);
    const size = Math.min(Math.max(state.rowHeight / 2, 3), 7);
    line(pen, x0, from, x1, end);
    pen.setLineDash([]);
    if (isSpawn) {
      pen.beginPath();
      pen.arc(x1, end, size * 0.4, 0, 7);
      pen.fill();
    } else if (wake.by !== wake.task) {
      head(pen, x1, end, up * size, wake.coalesced, colors.paper);
    }
    // From the wake to the poll it led to, through the queue.
    if (wake.poll !== null && this.x(wake.poll) - x1 > 12) {
      line(pen, x1, middle, this.x(wake.poll) - 1, middle);
      arrowRight(pen, this.x(wake.poll) - 1, middle);
    }
  }

  // What stands over it

  drawLabels() {
    const { pen, colors, run, state } = this;
    pen.fillStyle = colors.paper;
    pen.fillRect(0, 0, LABELS, this.tasksTop - 3);
    pen.textAlign = "right";
    pen.font = "12px system-ui, sans-serif";
    for (const lane of this.lanes) {
      pen.fillStyle = colors.text;
      pen.fillText(lane.label, LABELS - 10, lane.top + lane.height / 2 - (lane.most ? 7 : 0));
      pen.fillStyle = colors.soft;
      if (lane.most) pen.fillText(`at most ${lane.most.toLocaleString("en")}`, LABELS - 10, lane.top + lane.height / 2 + 8);
    }
    const [first, last] = this.rowsInSight();
    pen.save();
    pen.beginPath();
    pen.rect(0, this.tasksTop - 3, LABELS, this.height);
    pen.clip();
    const size = Math.min(Math.max(state.rowHeight - 3, 9), 12);
    pen.font = `${size}px system-ui, sans-serif`;
    const every = Math.ceil(11 / state.rowHeight);
    for (let row = first; row < last; row++) {
      if (row % every) continue;
      const task = run.tasks[state.rows[row]];
      const y = this.rowTop(row) + state.rowHeight / 2;
      pen.fillStyle = colors.text;
      pen.fillText(`${task.id}`, LABELS - 10, y);
      pen.fillStyle = colors.soft;
      pen.fillText(cut(task.short, 15), LABELS - 42, y);
    }
    pen.restore();
  }

  /** The moment that is shown: what comes later is veiled. */
  drawNow(width, height) {
    if (this.state.now === null) return;
    const { pen, colors } = this;
    const x = this.x(this.state.now);
    pen.globalAlpha = 0.8;
    pen.fillStyle = colors.paper;
    pen.fillRect(Math.max(x, LABELS), 24, width, height);
    pen.globalAlpha = 1;
    pen.strokeStyle = colors.bad;
    pen.lineWidth = 1.5;
    line(pen, x, 18, x, height);
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

/** How many polls are going on at once, over time. */
function depths(slices) {
  const changes = [...slices.values()].flat().flatMap(([from, to]) => [[from, 1], [to, -1]]);
  changes.sort((a, b) => a[0] - b[0]);
  let depth = 0;
  return changes.map(([at, change]) => [at, depth += change]);
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
