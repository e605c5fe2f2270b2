// A run as the page needs it: what the Rust side has written, with a few indexes.

/** The place of the first of `length` items of which `isAfter` holds, or `length`. */
function firstWhere(length, isAfter) {
  let low = 0, high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAfter(middle)) high = middle; else low = middle + 1;
  }
  return low;
}

class Run {
  constructor(data) {
    Object.assign(this, data);
    this.end = Math.max(this.end, 1);
    this.tasks.forEach((task, index) => this.prepare(task, index));
    this.slices = this.slicesOfWorkers();
    this.events = this.tasks
      .flatMap((task, index) => task.story.map(([at, text]) => ({ at, index, text })))
      .sort((a, b) => a.at - b.at);
    this.times = this.allTimes();
    this.findings = this.rules.reduce((sum, rule) => sum + rule.findings.length, 0);
  }

  prepare(task, index) {
    task.index = index;
    task.from = task.story[0][0];
    task.to = task.ended ? task.ended[0] : this.end;
    task.wakes = [];
    task.touches = new Set([index]);
    task.short = task.name || task.place.split(/[\\/]/).pop();
  }

  /** For each worker: from, to, task, for each poll. Also fills `wakes` and `touches` of the tasks. */
  slicesOfWorkers() {
    const slices = new Map(this.workers.map((worker) => [worker, []]));
    for (const task of this.tasks) {
      task.spans.forEach(([from, kind, worker, polls], i) => {
        if (kind === "run") slices.get(worker).push([from, task.spans[i + 1]?.[0] ?? task.to, task.index, polls]);
      });
    }
    for (const worker of slices.values()) worker.sort((a, b) => a[0] - b[0]);
    for (const wake of this.wakes) {
      this.tasks[wake.task].wakes.push(wake);
      if (wake.by !== null) {
        this.tasks[wake.task].touches.add(wake.by);
        this.tasks[wake.by].touches.add(wake.task);
      }
    }
    return slices;
  }

  /** When anything happened, in order, each time once: the sequence axis gives each the same room. */
  allTimes() {
    const times = [0, this.end];
    for (const task of this.tasks) for (const span of task.spans) times.push(span[0]);
    for (const task of this.tasks) times.push(task.to);
    for (const wake of this.wakes) times.push(wake.at, wake.since);
    for (const [at] of this.ready) times.push(at);
    return Float64Array.from(new Set(times)).sort();
  }

  /** What the task does at this time: the place of its span, or -1. */
  spanAt(task, time) {
    if (time < task.from || time > task.to) return -1;
    return firstWhere(task.spans.length, (i) => task.spans[i][0] > time) - 1;
  }
}

/** A span in words. */
function describe(span) {
  const [, kind, a, b, c] = span;
  switch (kind) {
    case "run": return b > 1 ? `${b.toLocaleString("en")} polls on worker ${a}` : `runs on worker ${a} for ${duration(c)}`;
    case "queue": return "in the queue";
    case "source": return `waits until source ${a} is ${b}`;
    case "timer": return `waits for timer ${a}`;
    case "end": return `waits for the end of task ${a}`;
    default: return "waits for a wake";
  }
}

/** Nanoseconds in the unit that fits. */
function duration(ns) {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

/** A moment, in milliseconds. */
function moment(ns) {
  return `${(ns / 1e6).toFixed(3)} ms`;
}

/** The runs in the text of a page, or of a trace for Perfetto, that this program wrote. */
function runsIn(text) {
  const page = text.match(/<script id="runs" type="application\/json">(.*?)<\/script>/s);
  const data = JSON.parse(page ? page[1] : text);
  const runs = Array.isArray(data) ? data : data.stages;
  if (!Array.isArray(runs) || !runs.length) throw new Error("there is no run in it");
  return runs.map((run) => new Run(run));
}
