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
    const plain = build.seqs[0];
    for (const row of this.rows) {
      const place = row.dataset.main;
      const handlers = place === undefined ? [] : run.taken.flatMap((it, handler) => it === +place ? [handler + 1] : []);
      const pending = place !== undefined && run.at.some((it, handler) => it === +place && run.taken[handler] !== it);
      row.classList.toggle('here', handlers.length > 0);
      row.classList.toggle('pending', pending);
      row.classList.toggle('lane-2', handlers.includes(2));
      row.firstChild.innerHTML = place === undefined ? '' : mark(this.kindAt(run, +place));
      if (row.dataset.at === undefined) continue;
      const at = +row.dataset.at;
      const step = mains[at];
      const executed = step !== undefined && step.code === build.steps[plain[at]][0];
      row.classList.toggle('skipped', !executed);
      row.classList.toggle('after', at >= Math.min(...run.taken));
      row.classList.toggle('blame', executed && run.why !== null && run.says.length > 0 && run.why.wrong === step.index);
      const note = executed ? noteOf(build, this.stepAt(run, at)) : { text: '', shared: false };
      row.lastChild.textContent = note.text;
      row.lastChild.classList.toggle('shared', note.shared);
    }
  }

  /** The step that main executes as the `at`-th of this run. */
  stepAt(run, at) {
    let left = at;
    for (const [lane, seq, from, to] of run.run) {
      if (lane !== 0) continue;
      if (left < to - from) return this.build.seqs[seq][from + left];
      left -= to - from;
    }
    return this.build.seqs[0][at];
  }

  /** The verdict if the first handler lands there, and the others where they are now. */
  kindAt(run, place) {
    const others = run.at.slice(1);
    const landing = this.byPlace.get([place, ...others].join(':')) ?? this.byPlace.get([place, ...others.map(() => place)].join(':'));
    return landing === undefined ? 'ok' : this.build.landings[landing].kind;
  }

  /** The landing that is `by` instructions later, of one handler. */
  moved(by, handler = 0) {
    const { at } = this.build.landings[this.landing];
    if (at.length === 1) return this.landing + by;
    const wanted = at.map((it, index) => index === handler ? it + by : it);
    return this.byPlace.get(wanted.join(':')) ?? this.landing;
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
