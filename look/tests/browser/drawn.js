// What is missing in the pictures of all landings of the page. `expected` is the whole record, not the page's own form of it.
const complaints = [];
const clean = text => text.replaceAll('`', '').replace(/\s+/g, ' ').trim();
const shown = element => clean(element?.textContent ?? '');
let builds = 0;
const groupsDrawn = new Set(record.groups.map(it => it.id));
for (const version of expected.cases.filter(it => groupsDrawn.has(it.group))) {
  const group = expected.groups.find(it => it.id === version.group);
  const article = document.getElementById(`${version.group}/${version.id}`);
  if (!article) { complaints.push(`${version.id}: no article in its section`); continue; }
  version.builds.forEach((build, number) => {
    const target = article.querySelector(`[data-build="${number}"]`);
    const view = views[builds++];
    const say = (at, text) => complaints.push(`${version.id}, build ${number}, landing ${at}: ${text}`);
    const cells = target?.querySelectorAll('[data-landing]') ?? [];
    if (cells.length !== build.landings.length) say('-', `${cells.length} marks for ${build.landings.length} landings`);
    const tiny = document.querySelectorAll(`#overview a[href="#${version.group}/${version.id}"] .tiny`)[number];
    if (tiny?.querySelectorAll('[data-landing]').length !== build.landings.length) say('-', 'marks are missing in the overview');
    const places = new Set([...target.querySelectorAll('[data-main]')].map(it => +it.dataset.main));
    for (let place = 0; place <= build.ends; place++) if (!places.has(place)) say(place, 'no such place in the listing');
    build.landings.forEach((landing, at) => {
      const cell = target.querySelector(`[data-landing="${at}"]`);
      if (!cell) { say(at, 'no mark'); return; }
      if (cell.querySelector('use').getAttribute('href') !== `#${landing.kind}`) say(at, 'another mark');
      move(view, at);
      if (!cell.classList.contains('on')) say(at, 'its mark is not selected');
      const stage = article.querySelector('.stage');
      if (/NaN|undefined|Infinity|\[object/.test(stage.innerHTML)) say(at, 'a value is not there');
      const handlers = new Set(landing.run.map(([lane]) => lane).filter(lane => lane > 0));
      // A handler that waits for ever ends in a fault.
      for (const kind of ['enter', 'leave']) {
        const ends = kind === 'leave' ? stage.querySelectorAll('.run tr.fault:not(.lane-0)').length : 0;
        const rows = stage.querySelectorAll(`.run tr.${kind}`).length + ends;
        if (rows !== handlers.size) say(at, `${rows} × ${kind} for ${handlers.size} handlers`);
      }
      const touched = landing.run.flatMap(([lane, seq, from, to]) => build.seqs[seq].slice(from, to)
        .flatMap(step => build.steps[step][1].filter(([, word]) => build.columns.some(it => it.words.includes(word)))
          .map(() => lane)));
      const nodes = stage.querySelectorAll('.run tr.access').length;
      if (touched.length > 0 !== nodes > 0 || nodes > touched.length) say(at, `${nodes} rows for ${touched.length} accesses`);
      const stores = build.columns.every(it => it.words.length <= 2)
        && landing.run.flatMap(([, seq, from, to]) => build.seqs[seq].slice(from, to)).flatMap(step => build.steps[step][1])
          .filter(([stored, word]) => stored && build.columns.some(it => it.words.includes(word))).length;
      if (stores !== false && stage.querySelectorAll('.run td.set').length !== stores) say(at, 'a store does not change its word');
      if (stage.querySelectorAll('.run thead th.word').length !== build.columns.length) say(at, 'a word has no column');
      if (stage.querySelectorAll('.verdict li').length !== (landing.says ?? []).length) say(at, 'a sentence is missing');
      if (stage.querySelectorAll('.conflict').length !== (landing.says ?? []).length) say(at, 'a conflict is not drawn');
      if (shown(stage.querySelector('.verdict .tail')) !== clean(expected.sentences[landing.tail])) say(at, 'another verdict');
      for (const place of landing.at) {
        const [address, text] = place < build.ends ? build.code[build.steps[build.seqs[0][place]][0]] : [];
        const where = text ? `0x${address.toString(16)} ${text}` : build.slept === null ? 'after the end' : 'while main sleeps';
        if (!shown(stage.querySelector('.where')).includes(clean(where))) say(at, `another place than ${where}`);
      }
      const answers = [...stage.querySelectorAll('.answers .here td')].map(shown);
      const outcome = build.outcomes[landing.outcome].shown.map(clean);
      if (!answers.every(it => outcome.includes(it)) || !answers.length) say(at, `answers ${answers} for ${outcome}`);
      const orders = stage.querySelectorAll('.answers tbody tr').length - 1;
      const allowed = new Set(build.orders.map(it => JSON.stringify(it.shown))).size;
      if (orders !== allowed) say(at, `${orders} allowed orders of ${allowed}`);
      const svg = stage.querySelector('.lanes');
      const [width, height] = [svg.getAttribute('width'), svg.getAttribute('height')].map(Number);
      for (const node of svg.querySelectorAll('.node')) {
        const [x, y] = node.getAttribute('transform').match(/-?[\d.]+/g).map(Number);
        if (!(x >= 0 && x <= width && y >= 0 && y <= height)) say(at, `a node at ${x}, ${y} of ${width}, ${height}`);
      }
      const here = target.querySelectorAll('.ins.here').length;
      if (here !== new Set(landing.taken).size) say(at, `${here} places for ${landing.taken}`);
      if (landing.at.some((it, handler) => it !== landing.taken[handler]) && !target.querySelector('.ins.pending')) say(at, 'its wait is not drawn');
      if (group.lanes.length > 2 && handlers.size > 1 && !stage.querySelector('.lane-2')) say(at, 'no third lane');
    });
  });
}
if (builds !== views.length) complaints.push(`${views.length} views for ${builds} builds`);
return complaints;
