// Beside the drawing: the story of a task, what the lints found, everything as a table.

const PAGE_OF_TABLE = 200; // Rows of the table at once.

class Panel {
  constructor(page) {
    this.page = page;
    this.tabs = ["guide", "story", "lints", "table"];
    for (const name of this.tabs) {
      const tab = byId(`tab-${name}`);
      tab.onclick = () => this.open(name);
      tab.onkeydown = (event) => this.key(event, name);
    }
    this.open("guide");
  }

  open(name) {
    this.name = name;
    for (const each of this.tabs) {
      const isOpen = each === name;
      byId(`tab-${each}`).setAttribute("aria-selected", isOpen);
      byId(`tab-${each}`).tabIndex = isOpen ? 0 : -1;
      byId(each).hidden = !isOpen;
    }
    if (this.view) this.fill();
  }

  key(event, name) {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    const next = this.tabs[(this.tabs.indexOf(name) + way + this.tabs.length) % this.tabs.length];
    this.open(next);
    byId(`tab-${next}`).focus();
  }

  /** Shows what belongs to this view. */
  show(view) {
    this.view = view;
    this.run = view.run;
    this.firstRow = 0;
    byId("tab-lints").textContent = `Lints (${view.run.findings})`;
    this.fill();
  }

  fill() {
    if (this.name === "story") this.fillStory();
    if (this.name === "lints") this.fillLints();
    if (this.name === "table") this.fillTable();
  }

  fillStory() {
    const { run, chosen } = this.view;
    const story = byId("story");
    if (chosen === null) {
      story.replaceChildren(element("p", { className: "soft", textContent: "Click a task, or choose one with ↑ and ↓." }));
      return;
    }
    const task = run.tasks[chosen];
    const list = element("ol", { className: "story" });
    // A task that was polled very often: what is over this is in the table.
    for (const [at, text] of task.story.slice(0, 1000)) {
      const item = element("li");
      item.append(element("time", { textContent: moment(at) }), this.linked(text));
      item.onclick = () => this.view.setNow(at);
      list.append(item);
    }
    const name = task.name ? ` “${task.name}”` : "";
    story.replaceChildren(element("h2", { textContent: `Task ${task.id}${name}` }), this.summary(task), list);
    if (task.story.length > 1000) story.append(element("p", { textContent: `… and ${task.story.length - 1000} sentences more.` }));
    this.markNow();
  }

  summary(task) {
    const polls = task.spans.reduce((sum, span) => sum + (span[1] === "run" ? span[3] : 0), 0);
    const busy = task.spans.reduce((sum, span) => sum + (span[1] === "run" ? span[4] : 0), 0);
    const wakes = task.wakes.filter((wake) => wake.cause !== "spawned").length;
    const texts = [`${counted(polls, "poll")}, ${duration(busy)} in all`, counted(wakes, "wake"), `lived for ${duration(task.to - task.from)}`];
    return element("p", { className: "soft", textContent: `${texts.join(" · ")}.` });
  }

  /** A sentence in which other tasks can be clicked. */
  linked(text) {
    const whole = element("span");
    for (const part of text.split(/(\btask \d+)/i)) {
      const index = /^task \d+$/i.test(part) ? this.indexOf(Number(part.slice(5))) : -1;
      if (index < 0) {
        whole.append(part);
        continue;
      }
      whole.append(this.link(part, () => this.view.choose(index)));
    }
    return whole;
  }

  indexOf(id) {
    return this.view.run.tasks.findIndex((task) => task.id === id);
  }

  link(text, act) {
    const link = element("button", { className: "link", textContent: text });
    link.onclick = (event) => { event.stopPropagation(); act(); };
    return link;
  }

  fillLints() {
    const { run } = this.view;
    const lints = byId("lints");
    lints.replaceChildren();
    const broken = run.rules.filter((rule) => rule.findings.length);
    if (!broken.length) lints.append(element("p", { textContent: "Nothing looks wrong in this run. These are looked for:" }));
    for (const rule of broken) lints.append(this.rule(rule));
    for (const rule of run.rules) if (!broken.length) lints.append(element("p", { className: "soft", textContent: `✓ ${rule.title}` }));
  }

  rule(rule) {
    const found = element("div", { className: "lint" });
    const title = `${rule.title}: ${counted(rule.findings.length, "task")}`;
    found.append(element("h2", { textContent: title }), element("p", { textContent: rule.explanation }));
    const chapter = element("a", { textContent: `chapter ${rule.stage}, “${rule.heading.replaceAll("`", "")}”` });
    chapter.href = encodeURI(`file://${rule.chapter.startsWith("/") ? "" : "/"}${rule.chapter.replaceAll("\\", "/")}`);
    const more = element("p", { textContent: "Read " });
    more.append(chapter, ".");
    const list = element("ul");
    for (const [index, at, what] of rule.findings.slice(0, 20)) {
      const item = element("li");
      item.append(this.link(`task ${this.view.run.tasks[index].id}`, () => { this.view.choose(index); this.view.setNow(at); this.open("story"); }), `: ${what}`);
      list.append(item);
    }
    found.append(more, list);
    if (rule.findings.length > 20) found.append(element("p", { className: "soft", textContent: `and ${(rule.findings.length - 20).toLocaleString("en")} more` }));
    return found;
  }

  fillTable() {
    const { run, chosen, isFiltered } = this.view;
    const events = chosen === null ? run.events : isFiltered ? this.view.events : run.events.filter((event) => event.index === chosen);
    const shown = events.slice(this.firstRow, this.firstRow + PAGE_OF_TABLE);
    const table = element("table", { className: "events" });
    table.append(element("caption", { className: "soft", textContent: chosen === null ? "Everything that happened" : `What happened to task ${run.tasks[chosen].id}` }));
    const head = table.createTHead().insertRow();
    for (const name of ["time", "task", "what"]) head.append(element("th", { scope: "col", textContent: name }));
    const body = table.createTBody();
    for (const { at, index, text } of shown) {
      const row = body.insertRow();
      row.insertCell().textContent = moment(at);
      row.insertCell().append(this.link(`${run.tasks[index].id}`, () => { this.view.choose(index); this.view.setNow(at); }));
      row.insertCell().textContent = text;
    }
    byId("table").replaceChildren(this.pager(events.length), table);
  }

  pager(count) {
    const pager = element("p");
    const last = Math.min(this.firstRow + PAGE_OF_TABLE, count);
    const turn = (rows) => () => { this.firstRow += rows; this.fillTable(); };
    const back = element("button", { textContent: "earlier", disabled: this.firstRow === 0, onclick: turn(-PAGE_OF_TABLE) });
    const forth = element("button", { textContent: "later", disabled: last === count, onclick: turn(PAGE_OF_TABLE) });
    pager.append(back, ` ${(this.firstRow + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of ${count.toLocaleString("en")} `, forth);
    return pager;
  }

  /** Marks the sentence of the moment that is shown. */
  markNow() {
    if (this.name !== "story" || !this.view || this.view.chosen === null) return;
    const { now, chosen, run } = this.view;
    const story = run.tasks[chosen].story;
    const here = now === null ? -1 : firstWhere(story.length, (i) => story[i][0] > now) - 1;
    const items = byId("story").querySelectorAll("li");
    items.forEach((item, i) => item.classList.toggle("now", i === here));
    items[here]?.scrollIntoView({ block: "nearest" });
  }
}

function counted(count, what) {
  return `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

function byId(id) {
  return document.getElementById(id);
}
