// Everything together: the views, the buttons, playing.

class Page {
  constructor() {
    this.views = [];
    this.isSequence = false;
    this.panel = new Panel(this);
    this.listen();
    const runs = runsIn(byId("runs").textContent);
    this.add(runs, runs.length - 1);
    document.title = `${runs.at(-1).title}: a run`;
  }

  add(runs, number) {
    const view = new View(this, runs, number);
    this.views.push(view);
    byId("views").append(view.element);
    this.activate(view);
    for (const each of this.views) each.redraw();
  }

  /** A second trace stands beside the first; a third takes the place of the second. */
  addBeside(runs) {
    if (this.views.length > 1) this.views.pop().element.remove();
    this.add(runs, runs.length - 1);
  }

  activate(view) {
    if (this.active === view && this.panel.run === view.run) return;
    this.active = view;
    for (const each of this.views) each.element.classList.toggle("active", each === view);
    byId("only").checked = view.isFiltered;
    this.panel.show(view);
    this.say(`${view.run.title}: ${counted(view.run.tasks.length, "task")} in ${duration(view.run.end)}`);
  }

  // What the views tell

  chosen(view) {
    this.activate(view);
    this.panel.firstRow = 0;
    this.panel.fill();
  }

  moved(view) {
    if (view === this.active) this.panel.markNow();
  }

  say(text) {
    byId("status").textContent = text;
  }

  tip(text, x = 0, y = 0) {
    const tip = byId("tip");
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    tip.style.left = `${Math.min(x + 14, window.innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(y + 16, window.innerHeight - tip.offsetHeight - 8)}px`;
  }

  // The buttons

  listen() {
    const on = (id, act) => { byId(id).onclick = () => act(this.active); };
    on("back", (view) => view.stepBy(-1));
    on("forth", (view) => view.stepBy(1));
    on("play", () => this.togglePlay());
    on("in", (view) => view.zoom(1.5));
    on("out", (view) => view.zoom(1 / 1.5));
    on("all", (view) => view.showAll());
    on("low", (view) => view.rowsBy(1 / 1.3));
    on("high", (view) => view.rowsBy(1.3));
    on("time", () => this.setSequence(false));
    on("sequence", () => this.setSequence(true));
    on("open", () => byId("file").click());
    byId("only").onchange = (event) => this.setFilter(event.target.checked);
    byId("file").onchange = (event) => this.open(event.target);
    const redraw = () => this.views.forEach((view) => { view.drawing.hatch = undefined; view.redraw(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  }

  setSequence(isSequence) {
    this.isSequence = isSequence;
    byId("time").setAttribute("aria-pressed", !isSequence);
    byId("sequence").setAttribute("aria-pressed", isSequence);
    this.views.forEach((view) => view.setSequence(isSequence));
  }

  setFilter(isFiltered) {
    byId("only").checked = isFiltered;
    this.active.filter(isFiltered);
    if (isFiltered && this.active.chosen === null) this.say("Choose a task: then only the tasks that it touches are shown.");
  }

  async open(input) {
    const [file] = input.files;
    if (!file) return;
    try {
      this.addBeside(runsIn(await file.text()));
    } catch (error) {
      this.say(`${file.name} is not a trace that --trace has written: ${error.message}`);
    }
    input.value = "";
  }

  togglePlay() {
    this.isPlaying = !this.isPlaying;
    byId("play").textContent = this.isPlaying ? "■ stop" : "▶ play";
    byId("play").setAttribute("aria-pressed", this.isPlaying);
    if (!this.isPlaying) return;
    let last = performance.now();
    const frame = (now) => {
      if (!this.isPlaying) return;
      const slower = Number(byId("speed").value);
      const playing = this.views.filter((view) => view.play(Math.min(now - last, 100), slower));
      last = now;
      this.say(moment(this.active.now));
      if (playing.length) requestAnimationFrame(frame); else this.togglePlay();
    };
    requestAnimationFrame(frame);
  }
}

new Page();
