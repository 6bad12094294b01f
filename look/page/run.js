// The picture of one run: a table whose rows are events and whose rows have fixed heights, so that the lanes beside them
// are drawn without measuring anything.

const ROW = 20;
const HEIGHTS = { gap: 14, enter: 16 };
/** Where the lanes of main and of the handlers are. */
const LANE_X = [9, 55, 79];

/** The text of an event, for the column of its lane. */
function labelOf(build, group, row, outcome, asleep) {
  const answer = outcome.shown[row.lane];
  const verb = (text, rest = '') => `<i>${text}</i>${rest && ` ${rest}`}`;
  switch (row.kind) {
    case 'access': {
      const column = build.columns[row.column];
      const [word, value] = row.changes.at(-1);
      const count = row.changes.length;
      const name = build.columns.length > 1 || column.words.length > 1
        ? (count > 1 || column.words.length === 1 ? column.name : shortName(build.words[word].name, column.name)) : '';
      const shown = count > 1 ? `× ${count}` : valueOf(build.words[word], value);
      return verb(row.stores ? 'writes' : 'reads', `${name ? `<code>${escaped(name)}</code> ` : ''}<b>${escaped(shown)}</b>`);
    }
    case 'return': case 'leave': return verb('returns', answer === NONE ? '' : `<b>${escaped(answer)}</b>`);
    case 'mask': return verb('masks');
    case 'unmask': return verb('unmasks');
    case 'pending': return verb(`${group.lanes.length > 2 ? `${escaped(group.lanes[row.handler])} ` : ''}pending`);
    case 'refused': return verb('store refused');
    case 'fault': return verb(answer === NONE ? 'faults' : escaped(answer));
    case 'wfi': return verb(row.blame ? 'sleeps for ever' : asleep ? 'sleeps' : 'does not sleep');
    case 'gap': return `<span class="quiet">${counted(row.count, 'step')}</span>`;
    default: return '<span class="quiet">begins</span>';
  }
}

/** The name of a word in a column of several: what the column's name does not tell. */
function shortName(word, column) {
  const at = word.lastIndexOf(column);
  return at < 0 ? word : word.slice(at);
}

function drawRun(group, build, landing) {
  const rows = rowsOf(build, landing);
  let y = 0;
  for (const row of rows) {
    row.top = y;
    y += HEIGHTS[row.kind] ?? ROW;
    row.bottom = y;
    row.middle = (row.top + row.bottom) / 2;
  }
  const lanes = group.lanes;
  const outcome = build.outcomes[landing.outcome];
  const strips = new Strips(build);
  const picture = drawLanes(rows, lanes.length, landing, y);
  const body = rows.map((row, index) => {
    const label = labelOf(build, group, row, outcome, landing.asleep);
    const cells = [row.lane === 0 ? label : '', row.lane === 0 ? '' : label];
    const rails = index ? '' : `<td class="rails" rowspan="${rows.length}">${picture}</td>`;
    const answered = row.kind === 'access' || label.includes('<b>') ? ' valued' : '';
    return `<tr class="${row.kind}${answered} lane-${row.lane}${row.blame ? ' blame' : ''}"><td>${cells[0]}</td>${rails}<td>${cells[1]}</td>`
      + `${strips.next(row)}</tr>`;
  });
  const handlers = lanes.slice(1).map((name, at) => `<span class="lane-${at + 1}">${escaped(name)}</span>`).join(' ');
  const words = build.columns.map(column => `<th scope="col" class="word"><code>${escaped(column.name)}</code></th>`).join('');
  const terse = build.columns.length > 1 || build.columns.some(it => it.words.length > 2) ? ' terse' : '';
  const upright = build.columns.length > 1 && build.columns.some(it => it.name.length > 6) ? ' upright' : '';
  return `<table class="run${terse}${upright}"><thead><tr><th scope="col" class="lane-0">${escaped(lanes[0])}</th><td></td>`
    + `<th scope="col">${handlers}</th>${words}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** The cells of the words: what each holds, and which lane wrote it. */
class Strips {
  constructor(build) {
    this.build = build;
    this.values = build.words.map(word => word.init);
    this.stored = new Set();
    this.writers = build.columns.map(() => 'init');
    this.first = true;
  }

  next(row) {
    if (row.stores) {
      for (const [word, value] of row.changes) {
        this.values[word] = value;
        this.stored.add(word);
      }
      this.writers[row.column] = row.lane;
    }
    const cells = this.build.columns.map((column, at) => {
      const changes = row.stores && row.column === at;
      const text = changes || this.first ? escaped(columnText(this.build, column, this.values, this.stored)) : '';
      return `<td class="word by-${this.writers[at]}${changes ? ' set' : ''}">${text}</td>`;
    });
    this.first = false;
    return cells.join('');
  }
}

/** The lanes: who runs, who waits, who interrupts whom, and the two conflicts that contradict each other. */
function drawLanes(rows, count, landing, height) {
  const lines = [];
  const nodes = [];
  const at = new Map();
  const active = [0];
  const masked = new Map();
  const x = lane => LANE_X[lane];
  const line = (cls, lane, from, to) => lines.push(`<path class="${cls} lane-${lane}" d="M${x(lane)} ${from}V${to}"/>`);
  const curve = (cls, from, y1, to, y2, tip) => lines.push(
    `<path class="${cls}" d="M${x(from)} ${y1}C${x(from)} ${y2} ${x(to)} ${y1} ${x(to)} ${y2}" ${tip ? `marker-end="url(#${tip})"` : ''}/>`);
  for (const row of rows) {
    const { kind, lane, top, middle, bottom } = row;
    const others = active.filter(it => it !== lane);
    for (const other of others) line('held', other, top, bottom);
    if (kind === 'enter') {
      if (active.includes(row.from)) curve(`jump lane-${lane}`, row.from, top, lane, bottom);
      active.push(lane);
      continue;
    }
    const ends = kind === 'return' || kind === 'leave' || (kind === 'wfi' && row.blame);
    line(kind === 'gap' ? 'busy' : 'runs', lane, top, ends ? middle : bottom);
    if (kind === 'leave') {
      active.splice(active.lastIndexOf(lane), 1);
      if (active.length) curve(`jump back lane-${lane}`, lane, middle, active.at(-1), bottom);
    } else if (ends) {
      active.splice(active.indexOf(lane), 1);
    }
    if (kind === 'mask') masked.set(lane, middle);
    if (kind === 'unmask' && masked.has(lane)) {
      lines.push(`<rect class="hatch" x="${x(lane) + 4}" y="${masked.get(lane)}" width="6" height="${middle - masked.get(lane)}"/>`);
      masked.delete(lane);
    }
    nodes.push(drawNode(row, x(lane), middle));
    for (const node of row.nodes ?? []) at.set(node, { x: x(lane), y: middle });
  }
  const width = LANE_X[count - 1] + 10;
  return `<svg class="lanes" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true">`
    + `${lines.join('')}${nodes.join('')}${drawConflicts(landing, at)}</svg>`;
}

function drawNode(row, x, y) {
  const place = (cls, shape) => `<g class="node lane-${row.lane} ${cls}" transform="translate(${x} ${y})">${shape}</g>`;
  if (row.blame) return place('blame', '<path d="M-5-5 5 5M5-5-5 5"/>');
  switch (row.kind) {
    case 'access': return place(row.stores ? 'stores' : 'loads', '<circle r="4.5"/>');
    case 'return': case 'leave': return place('ends', '<path d="M-6 0H6"/>');
    case 'mask': case 'unmask': return place('masks', '<path d="M-5 0H10"/>');
    case 'pending': return place('pending', '<rect x="-4" y="-4" width="8" height="8"/>');
    case 'refused': return place('refused', '<circle r="4.5"/><path d="M-3.2 3.2 3.2-3.2"/>');
    case 'wfi': return place('waits', '<circle r="5"/><path d="M-2-2H2L-2 2H2"/>');
    case 'fault': return place('blame', '<path d="M-5-5 5 5M5-5-5 5"/>');
    default: return '';
  }
}

/** Numbered as the sentences are. */
function drawConflicts(landing, at) {
  const { first, last } = landing.why ?? {};
  if (!landing.says.length) return '';
  const pairs = [first, last && [last[1], last[0]]].filter(Boolean);
  return pairs.map(([from, to], index) => {
    const [a, b] = [from, to].map(node => at.get(node.join(':')));
    if (!a || !b) return '';
    const bend = Math.sign(b.x - a.x) * 22;
    const [x1, x2] = [a.x + Math.sign(bend) * 6, b.x - Math.sign(bend) * 8];
    return `<g class="conflict"><path d="M${x1} ${a.y}C${x1 + bend} ${a.y} ${x2 - bend} ${b.y} ${x2} ${b.y}" marker-end="url(#tip)"/>`
      + `<circle cx="${(x1 + x2) / 2}" cy="${(a.y + b.y) / 2}" r="7.5"/>`
      + `<text x="${(x1 + x2) / 2}" y="${(a.y + b.y) / 2 + 3.6}">${index + 1}</text></g>`;
  }).join('');
}

/** The answers of the run beside those that the orders allow. */
function drawAnswers(group, build, landing) {
  const outcome = build.outcomes[landing.outcome];
  const all = [outcome.shown, ...build.orders.map(order => order.shown)];
  const columns = [...group.answers.keys()].filter(at => group.answers[at] !== NONE && all.some(it => it[at] !== NONE));
  const head = columns.map(at => `<th scope="col">${escaped(group.answers[at])}</th>`).join('');
  const wrong = landing.kind === 'wrong';
  const here = columns.map(at => {
    const odd = wrong && !build.orders.some(order => order.shown[at] === outcome.shown[at]);
    return `<td${odd ? ' class="odd"' : ''}>${escaped(outcome.shown[at])}</td>`;
  });
  const merged = new Map();
  build.orders.forEach((order, at) => {
    const key = JSON.stringify(order.shown);
    const entry = merged.get(key) ?? { shown: order.shown, names: [], legal: outcome.legal[at] };
    entry.names.push(group.lanes.length === 2 ? `${group.lanes[order.lanes[0]]} first` : order.lanes.map(lane => group.lanes[lane]).join(', '));
    merged.set(key, entry);
  });
  const rows = [...merged.values()].map(({ shown, names, legal }) => {
    const name = names.length === build.orders.length && names.length > 1 ? 'every order' : names.join('; ');
    const cells = columns.map(at => `<td>${escaped(shown[at])}</td>`).join('');
    return `<tr${legal ? ' class="same"' : ''}><th scope="row">${legal ? '<span title="the same as this run">=</span>' : ''}${escaped(name)}</th>${cells}</tr>`;
  });
  return `<table class="answers"><thead><tr><td></td>${head}</tr></thead><tbody>`
    + `<tr class="here ${landing.kind}"><th scope="row">${mark(landing.kind)}this run</th>${here.join('')}</tr>`
    + `${rows.join('')}</tbody></table>`;
}

/** Why the answers are what they are. */
function drawVerdict(build, landing) {
  const sentence = at => prose(build.sentences[at]);
  const head = landing.head === null ? '' : `<p>${sentence(landing.head)}</p>`;
  const says = landing.says.map((at, index) => `<li><span class="number" aria-hidden="true">${index + 1}</span><span>${sentence(at)}</span></li>`);
  return `${head}${says.length ? `<ol>${says.join('')}</ol>` : ''}<p class="tail ${landing.kind}">${mark(landing.kind)}<span>${sentence(landing.tail)}</span></p>`;
}

function mark(kind) {
  return `<svg class="mark" aria-hidden="true"><use href="#${kind}"/></svg>`;
}
