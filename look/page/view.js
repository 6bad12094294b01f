// The selected landings, and what a move draws.

const views = [];

/** A version of an example on one target. */
class View {
  constructor(group, version, build) {
    Object.assign(this, { group, version, build, landing: initialLanding(build) });
    this.core = record.targets[build.target].core;
    this.byPlace = new Map(build.landings.map((it, at) => [it.at.join(':'), at]));
  }

  get link() {
    const first = this.version.builds[0] === this.build;
    return `#${this.group.id}/${this.version.id}/${this.landing}${first ? '' : `/${this.core.toLowerCase()}`}`;
  }

  /** Finds its parts in the document. */
  attach(article, element) {
    this.article = article;
    this.element = element;
    this.slider = element.querySelector('[role=slider]');
    this.cells = new Map([...this.slider.querySelectorAll('[data-landing]')].map(it => [+it.dataset.landing, it]));
    this.rows = [...element.querySelectorAll('.ins')];
    this.stage = article.querySelector('.stage');
    this.list = element.querySelector('.listing');
    const tallest = Math.max(...this.build.landings.map(it => rowsOf(this.build, it)
      .reduce((sum, row) => sum + (HEIGHTS[row.kind] ?? ROW), 0)));
    this.height = `${tallest + 36}px`;
  }

  /** Moves the interrupt to a landing and draws this run. */
  select(landing) {
    const at = Math.max(0, Math.min(landing, this.build.landings.length - 1));
    this.cells.get(this.landing)?.classList.remove('on');
    this.landing = at;
    this.cells.get(at).classList.add('on');
    const run = this.build.landings[at];
    const place = placeOf(this.build, run);
    this.slider.setAttribute('aria-valuenow', at);
    this.slider.setAttribute('aria-valuetext', `${place.replaceAll('`', '')}: ${VERDICTS[run.kind]}`);
    this.drawPlaces(run);
    this.drawStage(run, place);
  }

  drawStage(run, place) {
    const shown = this.article.view;
    if (shown !== this) {
      shown?.element.classList.remove('shown');
      this.element.classList.add('shown');
      this.article.view = this;
      for (const tab of this.article.querySelectorAll('[data-core]')) tab.setAttribute('aria-pressed', tab.dataset.core === this.core);
    }
    const core = this.version.builds.length > 1 ? `<b>${escaped(this.core)}</b>, ` : '';
    const [where, picture, verdict, answers] = this.stage.children;
    where.innerHTML = `${core}${prose(place)}`;
    picture.style.minHeight = this.height;
    this.stage.classList.toggle('many', this.build.columns.length > 2);
    picture.innerHTML = drawRun(this.group, this.build, run);
    verdict.innerHTML = drawVerdict(this.build, run);
    answers.innerHTML = drawAnswers(this.group, this.build, run);
  }

  /** The listing: where the handlers run, and what main does before and after. */
  drawPlaces(run) {
    const { build } = this;
    const mains = stepsOf(build, run).filter(step => step.lane === 0);
    // Where main tries again, an instruction is executed more than once: its last time counts.
    const last = new Map(mains.map(step => [step.code, step]));
    const first = Math.min(...run.taken);
    for (const row of this.rows) {
      const place = row.dataset.main === undefined ? NaN : +row.dataset.main;
      const handlers = [...run.taken.keys()].filter(handler => run.taken[handler] === place);
      const pending = run.at.some((it, handler) => it === place && run.taken[handler] !== it);
      row.classList.toggle('here', handlers.length > 0);
      row.classList.toggle('lane-2', handlers.includes(1) && !handlers.includes(0));
      row.classList.toggle('pending', pending);
      const landing = this.landingFor(place);
      row.firstChild.innerHTML = landing === undefined ? '' : mark(build.landings[landing].kind);
      row.classList.toggle('fixed', landing === undefined);
      if (row.dataset.at === undefined) continue;
      const at = +row.dataset.at;
      const { code } = build.steps[build.seqs[0][at]];
      const step = at < first || mains[at]?.code === code ? mains[at] : last.get(code);
      row.classList.toggle('skipped', step === undefined);
      row.classList.toggle('blame', step !== undefined && run.says.length > 0 && run.why.wrong === step.index);
      const note = step ? noteOf(build, step) : { text: '', shared: false };
      row.lastChild.textContent = note.text;
      row.lastChild.classList.toggle('shared', note.shared);
    }
  }

  /** The landing at which the first interrupt is at `place`, and the others are where they are now or there, too. */
  landingFor(place) {
    const others = this.build.landings[this.landing].at.slice(1);
    const at = rest => this.byPlace.get([place, ...rest].join(':'));
    return at(others) ?? at(others.map(() => place));
  }

  /** The landing that is `by` places later, for one handler. */
  moved(by, handler = 0) {
    const { at } = this.build.landings[this.landing];
    const places = placesOf(this.build, handler);
    const place = places[places.indexOf(at[handler]) + by];
    if (place === undefined) return this.landing;
    return this.byPlace.get(at.with(handler, place).join(':')) ?? this.landing;
  }

  /** Scrolls the listing, not the page, until the place is in view. */
  revealPlace() {
    const row = this.element.querySelector('.ins.here, .ins.pending');
    if (!row) return;
    const [box, at] = [this.list.getBoundingClientRect(), row.getBoundingClientRect()];
    if (at.top < box.top + ROW) this.list.scrollTop += at.top - box.top - 2 * ROW;
    if (at.bottom > box.bottom - ROW) this.list.scrollTop += at.bottom - box.bottom + 2 * ROW;
  }

  nextWrong(by) {
    const count = this.build.landings.length;
    for (let step = 1; step <= count; step++) {
      const at = (this.landing + by * step + step * count) % count;
      if (this.build.landings[at].kind === 'wrong') return at;
    }
    return this.landing;
  }
}

/** What shows most: a wrong one, else one where main tries again, else the middle of a masked stretch. */
function initialLanding(build) {
  for (const kind of ['wrong', 'again', 'masked']) {
    const all = [...build.landings.keys()].filter(at => build.landings[at].kind === kind);
    if (all.length) return kind === 'masked' ? all[all.length >> 1] : all[0];
  }
  return build.landings.length >> 1;
}
