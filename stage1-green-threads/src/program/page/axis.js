// The horizontal axis: from times to pixels and back.
//
// Its unit is the nanosecond, or, as a sequence, one step from an event to the next.

class Axis {
  constructor(run) {
    this.run = run;
    this.width = 1;
    this.isSequence = false;
    this.showAll();
  }

  /** Where a time lies, in units. */
  unit(time) {
    if (!this.isSequence) return time;
    const times = this.run.times;
    const next = firstWhere(times.length, (i) => times[i] > time);
    if (next === 0) return 0;
    if (next === times.length) return times.length - 1;
    return next - 1 + (time - times[next - 1]) / (times[next] - times[next - 1]);
  }

  /** The time at which this unit lies. */
  time(unit) {
    if (!this.isSequence) return unit;
    const times = this.run.times;
    const before = Math.min(Math.max(Math.floor(unit), 0), times.length - 1);
    const next = Math.min(before + 1, times.length - 1);
    return times[before] + (unit - before) * (times[next] - times[before]);
  }

  get end() {
    return this.isSequence ? Math.max(this.run.times.length - 1, 1) : this.run.end;
  }

  x(time) { return (this.unit(time) - this.from) / (this.to - this.from) * this.width; }
  timeAt(x) { return this.time(this.from + x / this.width * (this.to - this.from)); }

  showAll() {
    const margin = this.end * 0.01;
    [this.from, this.to] = [-margin, this.end + margin];
  }

  /** Shows these units, as far as there is anything. */
  show(from, to) {
    const least = this.isSequence ? 4 : 200;
    const most = this.end * 1.02;
    const length = Math.min(Math.max(to - from, least), most);
    const middle = (from + to) / 2;
    const start = Math.min(Math.max(middle - length / 2, -this.end * 0.01), this.end * 1.01 - length);
    [this.from, this.to] = [start, start + length];
  }

  /** Makes everything `factor` times as long; what is at `x` stays there. */
  zoom(factor, x) {
    const fixed = this.from + x / this.width * (this.to - this.from);
    this.show(fixed - (fixed - this.from) / factor, fixed + (this.to - fixed) / factor);
  }

  pan(pixels) {
    const units = pixels / this.width * (this.to - this.from);
    this.show(this.from + units, this.to + units);
  }

  /** Brings a time into sight. */
  reveal(time) {
    const x = this.x(time);
    if (x < 0 || x > this.width * 0.95) this.pan(x - this.width * 0.25);
  }

  setSequence(isSequence) {
    const [from, to] = [this.time(this.from), this.time(this.to)];
    const showsAll = this.to - this.from >= this.end;
    this.isSequence = isSequence;
    if (showsAll) this.showAll(); else this.show(this.unit(from), this.unit(to));
  }

  /** Where marks stand, with their text. */
  marks() {
    const about = (this.to - this.from) / Math.max(this.width / 110, 1);
    const power = 10 ** Math.floor(Math.log10(about));
    const step = [1, 2, 5, 10].map((n) => n * power).find((step) => step >= about);
    const marks = [];
    for (let unit = Math.max(Math.ceil(this.from / step) * step, 0); unit <= Math.min(this.to, this.end); unit += step) {
      const x = (unit - this.from) / (this.to - this.from) * this.width;
      marks.push({ x, text: this.isSequence ? `event ${Math.round(unit).toLocaleString("en")}` : Axis.text(unit, step) });
    }
    return marks;
  }

  static text(ns, step) {
    const [unit, name] = step >= 1e9 ? [1e9, "s"] : step >= 1e5 ? [1e6, "ms"] : step >= 100 ? [1e3, "µs"] : [1, "ns"];
    const digits = Math.max(0, -Math.floor(Math.log10(step / unit)));
    return `${(ns / unit).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${name}`;
  }
}
