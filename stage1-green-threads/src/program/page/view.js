// One run on the page: its caption, its canvas, and what mouse and keys do there.

class View {
  /** `page` is told what was chosen here. */
  constructor(page, runs, number) {
    this.page = page;
    this.runs = runs;
    this.element = element("section", { className: "view" });
    this.caption = element("div", { className: "caption" });
    this.scroll = element("div", { className: "scroll" });
    this.canvas = element("canvas", { tabIndex: 0 });
    this.room = element("div");
    // It has keys of its own, which a screen reader passes on to an application.
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-roledescription", "timeline");
    this.scroll.append(this.canvas, this.room);
    this.element.append(this.caption, this.scroll);
    this.listen();
    this.showRun(number);
  }

  showRun(number) {
    this.run = this.runs[number];
    this.axis = new Axis(this.run);
    this.axis.setSequence(this.page.isSequence);
    this.drawing = new Drawing(this.canvas, this.run, this.axis);
    this.chosen = this.now = null;
    this.isFiltered = false;
    this.step = -1; // The event that `now` stands at.
    this.fillCaption(number);
    const count = this.run.tasks.length;
    this.rowHeight = 0; // As soon as the height is known: so that all tasks are in sight, if they can be.
    this.canvas.setAttribute("aria-label", `Timeline of ${this.run.title}: ${count} tasks. Arrow keys move and choose; the tab “Table” has the same as text.`);
    this.redraw();
  }

  fillCaption(number) {
    const { run } = this;
    this.caption.replaceChildren();
    if (this.runs.length > 1) {
      const choice = element("select", { title: "Which run of this file" });
      this.runs.forEach((each, i) => choice.append(new Option(each.title, i, false, i === number)));
      choice.onchange = () => { this.showRun(Number(choice.value)); this.page.activate(this); };
      this.caption.append(choice);
    } else {
      this.caption.append(element("strong", { textContent: run.title }));
    }
    const polls = run.merged ? ` · ${counted(run.merged, "poll")} drawn merged` : "";
    const lost = run.lost ? ` · ${counted(run.lost, "event")} more not kept` : "";
    const about = `${run.about && `${run.about} · `}${counted(run.tasks.length, "task")} · ${duration(run.end)}${polls}${lost}`;
    this.caption.append(element("span", { className: "about", textContent: about }));
    if (run.waits) this.caption.append(element("span", { className: "waits", textContent: `A task waits ${run.waits.replaceAll("`", "")}.` }));
    if (run.findings) {
      const found = element("button", { className: "link", textContent: `△ lints: ${counted(run.findings, "finding")}` });
      found.onclick = () => { this.page.activate(this); this.page.panel.open("lints"); };
      this.caption.append(found);
    }
  }

  // What is shown

  get rows() {
    const { run } = this;
    if (this.isFiltered && this.chosen !== null) return [...run.tasks[this.chosen].touches].sort((a, b) => a - b);
    return this.allRows ??= run.tasks.map((task) => task.index);
  }

  redraw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const rows = this.run === this.drawnRun ? this.rows : (this.allRows = undefined, this.rows);
    this.drawnRun = this.run;
    const height = this.scroll.clientHeight;
    this.rowHeight ||= Math.min(Math.max((height - this.drawing.tasksTop - 12) / rows.length, 4), 24);
    this.canvas.style.width = `${this.scroll.clientWidth}px`;
    this.canvas.style.height = `${height}px`;
    this.room.style.height = `${Math.max(this.drawing.tasksTop + rows.length * this.rowHeight + 10 - height, 0)}px`;
    const { rowHeight, chosen, now } = this;
    this.drawing.draw({ rows, rowHeight, scrolled: this.scroll.scrollTop, chosen, now });
  }

  choose(index, isToBeSeen = true) {
    this.chosen = index;
    if (index !== null && isToBeSeen) this.bringIntoSight(index);
    this.redraw();
    this.page.chosen(this);
  }

  bringIntoSight(index) {
    const row = this.rows.indexOf(index);
    const room = this.scroll.clientHeight - this.drawing.tasksTop - this.rowHeight;
    const top = row * this.rowHeight - this.scroll.scrollTop;
    if (top < 0 || top > room) this.scroll.scrollTop = row * this.rowHeight - room / 2;
  }

  filter(isFiltered) {
    this.isFiltered = isFiltered;
    if (this.chosen !== null) this.bringIntoSight(this.chosen);
    this.redraw();
  }

  setSequence(isSequence) {
    this.axis.setSequence(isSequence);
    this.redraw();
  }

  zoom(factor, x = this.axis.width / 2) {
    this.axis.zoom(factor, x);
    this.redraw();
  }

  showAll() {
    this.axis.showAll();
    this.redraw();
  }

  rowsBy(factor) {
    this.rowHeight = Math.min(Math.max(this.rowHeight * factor, 3), 48);
    this.redraw();
  }

  // Time goes on

  /** The events that steps go through: those of the chosen task, if only these are shown. */
  get events() {
    if (!this.isFiltered || this.chosen === null) return this.run.events;
    const { touches } = this.run.tasks[this.chosen];
    return this.run.events.filter((event) => touches.has(event.index));
  }

  stepBy(count) {
    const events = this.events;
    const here = this.now === null ? -1 : firstWhere(events.length, (i) => events[i].at > this.now) - 1;
    const isAtStep = this.step >= 0 && events[this.step]?.at === this.now;
    this.step = Math.min(Math.max((isAtStep ? this.step : here) + count, 0), events.length - 1);
    const event = events[this.step];
    this.setNow(event.at);
    this.bringIntoSight(event.index);
    this.page.say(`${moment(event.at)} · task ${this.run.tasks[event.index].id}: ${event.text}`);
  }

  setNow(time) {
    this.now = time === null ? null : Math.min(time, this.run.end);
    if (time !== null) this.axis.reveal(this.now);
    this.redraw();
    this.page.moved(this);
  }

  /** Goes on by this much real time. Whether there is anything left. */
  play(milliseconds, slower) {
    const from = this.now === null || this.now >= this.run.end ? this.axis.timeAt(0) : this.now;
    const units = this.axis.isSequence ? milliseconds * 0.5 / slower : milliseconds * 1e6 / slower;
    this.setNow(Math.max(this.axis.time(this.axis.unit(Math.max(from, 0)) + units), 0));
    return this.now < this.run.end;
  }

  // Mouse and keys

  listen() {
    const { canvas, scroll } = this;
    this.element.addEventListener("focusin", () => this.page.activate(this));
    this.element.addEventListener("pointerdown", () => this.page.activate(this));
    scroll.addEventListener("scroll", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(scroll);
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.hover(event));
    canvas.addEventListener("pointerleave", () => this.page.tip(null));
    canvas.addEventListener("dblclick", (event) => this.zoom(3, event.offsetX - LABELS));
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 200), event.offsetX - LABELS);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.axis.pan(event.deltaX || event.deltaY);
      this.redraw();
    }
  }

  /** A drag moves; a click chooses. */
  press(down) {
    let [x, y, way] = [down.clientX, down.clientY, 0];
    const move = (event) => {
      way += Math.abs(event.clientX - x) + Math.abs(event.clientY - y);
      if (way > 4) {
        this.axis.pan(x - event.clientX);
        this.scroll.scrollTop += y - event.clientY;
        this.redraw();
      }
      [x, y] = [event.clientX, event.clientY];
    };
    const up = () => {
      this.canvas.removeEventListener("pointermove", move);
      if (way <= 4) this.click(down);
    };
    this.canvas.setPointerCapture(down.pointerId);
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", up, { once: true });
  }

  click(event) {
    const { offsetX: x, offsetY: y } = event;
    const found = this.at(x, y);
    if (found.lane?.kind === "axis") this.setNow(Math.max(this.axis.timeAt(x - LABELS), 0));
    else this.choose(found.task ?? null, false);
    if (found.task !== undefined) this.page.panel.open("story");
  }

  /** What is at this point: a lane, and perhaps a task. */
  at(x, y) {
    const time = this.axis.timeAt(x - LABELS);
    if (y >= this.drawing.tasksTop) {
      const row = Math.floor((y - this.drawing.tasksTop + this.scroll.scrollTop) / this.rowHeight);
      return { task: this.rows[row], time };
    }
    const lane = this.drawing.lanes.find((lane) => y < lane.top + lane.height);
    if (lane?.kind !== "worker") return { lane, time };
    const slices = this.run.slices.get(lane.worker);
    const slice = slices[firstWhere(slices.length, (i) => slices[i][0] > time) - 1];
    const isThere = slice && this.axis.x(slice[1]) + 2 >= this.axis.x(time);
    return { lane, time, task: isThere ? slice[2] : undefined };
  }

  hover(event) {
    const { offsetX: x, offsetY: y } = event;
    if (x < LABELS && y < this.drawing.tasksTop) return this.page.tip(null);
    this.page.tip(this.tipAt(x, y), event.clientX, event.clientY);
  }

  tipAt(x, y) {
    const { lane, task: index, time } = this.at(x, y);
    if (time < 0 || time > this.run.end) return null;
    const near = (at) => Math.abs(this.axis.x(at) - (x - LABELS)) <= 5;
    const nearest = (items, place) => items.filter((item) => item[place] !== null && near(item[place]));
    if (lane?.kind === "ready") {
      const found = nearest(this.run.ready, 0).slice(0, 5);
      return found.map(([at, worker, source, direction]) =>
        `${moment(at)}: source ${source} became ${direction} (reactor of worker ${worker})`).join("\n") || null;
    }
    if (lane?.kind === "timers") {
      const found = [...nearest(this.run.timers, 1), ...nearest(this.run.timers, 0)].slice(0, 5);
      return found.map(([set, fired, by, timer]) => `timer ${timer}: set at ${moment(set)}${by === null ? "" : ` by task ${this.run.tasks[by].id}`}, ` +
        (fired === null ? "never fired" : `fired at ${moment(fired)}`)).join("\n") || null;
    }
    if (lane?.kind === "queue") {
      const { queue } = this.run;
      const step = queue[firstWhere(queue.length, (i) => queue[i][0] > time) - 1];
      return `${moment(time)}: ${step ? step[1] : 0} in the queue`;
    }
    if (index === undefined) return null;
    const task = this.run.tasks[index];
    const span = task.spans[this.run.spanAt(task, time)];
    const head = `task ${task.id} ${task.name ? `“${task.name}”` : ""} at ${moment(time)}`;
    if (time < task.from) return `${head}: not spawned yet`;
    return `${head}: ${span ? describe(span) : task.ended?.[1] === "ok" ? "done" : task.ended?.[1]}\nspawned at ${task.place}`;
  }

  key(event) {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const act = {
      ArrowLeft: () => { this.axis.pan(-this.axis.width / 8); this.redraw(); },
      ArrowRight: () => { this.axis.pan(this.axis.width / 8); this.redraw(); },
      ArrowUp: () => this.chooseNext(-1),
      ArrowDown: () => this.chooseNext(1),
      Enter: () => this.page.panel.open("story"),
      Escape: () => { this.setNow(null); this.choose(null); },
      Home: () => this.setNow(0),
      End: () => this.setNow(this.run.end),
      "+": () => this.zoom(1.5),
      "=": () => this.zoom(1.5),
      "-": () => this.zoom(1 / 1.5),
      0: () => this.showAll(),
      ",": () => this.stepBy(-1),
      ".": () => this.stepBy(1),
      " ": () => this.page.togglePlay(),
      s: () => this.page.setSequence(!this.page.isSequence),
      f: () => this.page.setFilter(!this.isFiltered),
      "[": () => this.rowsBy(1 / 1.3),
      "]": () => this.rowsBy(1.3),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  chooseNext(direction) {
    const rows = this.rows;
    const row = this.chosen === null ? (direction > 0 ? -1 : rows.length) : rows.indexOf(this.chosen);
    const next = rows[Math.min(Math.max(row + direction, 0), rows.length - 1)];
    this.choose(next);
    const task = this.run.tasks[next];
    this.page.say(`task ${task.id}: ${task.story.at(-1)[1]}`);
  }
}

/** A new element with these properties. */
function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}
