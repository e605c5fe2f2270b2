// The rows of the tasks that are in sight.

class Rows extends Lanes {
  rowTop(row) {
    return this.tasksTop + row * this.state.rowHeight - this.state.scrolled;
  }

  /** The row of a task, if it has one: rows are in the order of the tasks. */
  rowOf(index) {
    const { rows } = this.state;
    const row = firstWhere(rows.length, (row) => rows[row] >= index);
    return rows[row] === index ? row : undefined;
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
}
