// The whole drawing: lanes, rows, the arrows between them, and what stands over it.

const MOST_ARROWS = 600; // With more in sight, only those of the chosen task are drawn.

class Drawing extends Rows {
  /** Draws everything. `state`: rows, rowHeight, scrolled, chosen, now. */
  draw(state) {
    const { canvas, pen } = this;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const [dots, dotsHigh] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== dots || canvas.height !== dotsHigh) [canvas.width, canvas.height] = [dots, dotsHigh];
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
    const faint = Math.min(Math.max(20 / wakes.length, 0.12), 0.8);
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
        const row = rowOf.get(wake.by) ?? this.rowOf(wake.by);
        return row === undefined ? undefined : Math.max(this.rowTop(row) + this.state.rowHeight / 2, this.tasksTop);
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
