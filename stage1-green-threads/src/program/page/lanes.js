// The lanes that stay on top: the axis, the OS, timers, workers, the queue.

const MOST_WORKERS = 16; // More than these share a lane.

class Lanes extends Surface {
  constructor(canvas, run, axis) {
    super(canvas, run, axis);
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
    let last = -9;
    for (const [set, fired] of this.run.timers) {
      const x = this.x(set);
      pen.globalAlpha = 0.6;
      pen.lineWidth = 1;
      if (x - last >= 1) line(pen, last = x, middle - 5, x, middle + 5);
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

  /** How many there are of something: steps, filled. */
  drawSteps(lane, steps, color) {
    const { pen } = this;
    const most = lane.most ??= steps.reduce((most, [, depth]) => Math.max(most, depth), 1);
    const bottom = lane.top + lane.height - 3;
    const y = (depth) => bottom - depth / most * (lane.height - 8);
    pen.beginPath();
    pen.moveTo(LABELS, bottom);
    let depth = 0, drawn = -9, highest = 0;
    const first = Math.max(firstWhere(steps.length, (i) => steps[i][0] > this.window[0]) - 1, 0);
    for (let i = first; i < steps.length && steps[i][0] <= this.window[1]; i++) {
      const x = this.x(steps[i][0]);
      const before = depth;
      depth = steps[i][1];
      const next = i + 1 < steps.length ? this.x(steps[i + 1][0]) : Infinity;
      // Of the steps in one pixel, the highest is seen, and the last.
      if (x - drawn < 0.5 && depth <= highest && next - drawn < 0.5) continue;
      pen.lineTo(x, y(before));
      pen.lineTo(x, y(depth));
      [drawn, highest] = [x, depth];
    }
    pen.lineTo(LABELS + this.axis.width, y(depth));
    pen.lineTo(LABELS + this.axis.width, bottom);
    pen.closePath();
    pen.globalAlpha = 0.3;
    pen.fillStyle = color;
    pen.fill();
    pen.globalAlpha = 1;
    pen.strokeStyle = color;
    pen.lineWidth = 1;
    pen.stroke();
  }
}

/** How many polls are going on at once, over time. */
function depths(slices) {
  const changes = [...slices.values()].flat().flatMap(([from, to]) => [[from, 1], [to, -1]]);
  changes.sort((a, b) => a[0] - b[0]);
  let depth = 0;
  return changes.map(([at, change]) => [at, depth += change]);
}
