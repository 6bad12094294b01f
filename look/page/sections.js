// What is drawn once: the overview, and a section for each example with its versions side by side.

/** The places of a build as marks: a row, or a square where two handlers land. */
function drawMarks(build, cls) {
  const square = build.landings[0].at.length > 1;
  const cell = (landing, at) => `<span class="cell ${landing.kind}" data-landing="${at}">${mark(landing.kind)}</span>`;
  if (!square) return `<span class="${cls}${build.landings.length > 30 ? ' long' : ''}">${build.landings.map(cell).join('')}</span>`;
  const lines = placesOf(build, 1).map(second => {
    const cells = placesOf(build, 0).map(first => {
      const at = build.landings.findIndex(it => it.at[0] === first && it.at[1] === second);
      return at < 0 ? '<span class="cell none"></span>' : cell(build.landings[at], at);
    });
    return `<span class="rank">${cells.join('')}</span>`;
  });
  return `<span class="${cls} square">${lines.join('')}</span>`;
}

/** How many places there are of each kind, and what the version costs. */
function summaryOf(build) {
  const { points, wrong, masked, again, maskedInstructions, maskedCycles } = build.counts;
  const verdict = wrong ? `<b class="wrong">${wrong} of ${points} places wrong</b>` : `<span>right at all ${points} places</span>`;
  const parts = [verdict];
  if (masked) {
    const cycles = maskedCycles ? `, ${maskedCycles} cycles` : '';
    parts.push(`<span>masks ${counted(maskedInstructions, 'instruction')}${cycles}</span>`);
  }
  if (again) parts.push(`<span>tries again at ${again}</span>`);
  return parts.join(' · ');
}

function drawTarget(group, version, build) {
  const { core } = record.targets[build.target];
  const last = build.landings.length - 1;
  const label = escaped(`Where the interrupt lands in ${version.name}, ${core}`);
  const search = build.counts.wrong ? '<button type="button" data-move="wrong">next wrong</button>' : '';
  return `<div class="target" data-build="${version.builds.indexOf(build)}">
    <p class="summary"><span class="core">${escaped(core)}</span> ${summaryOf(build)}</p>
    ${group.lanes.length > 2 ? `<p class="axes">Across: where ${escaped(group.lanes[1])} lands. Down: where ${escaped(group.lanes[2])} lands.</p>` : ''}
    <div class="slider" role="slider" tabindex="0" aria-label="${label}" aria-orientation="horizontal"
      aria-valuemin="0" aria-valuemax="${last}" aria-valuenow="0">${drawMarks(build, 'marks')}</div>
    <p class="moves"><button type="button" data-move="-1" aria-label="One instruction earlier">←</button>
      <button type="button" data-move="1" aria-label="One instruction later">→</button>${search}</p>
    <div class="code">${drawListing(build)}</div></div>`;
}

/** A name that may be broken where its parts meet. */
function breakable(name) {
  return escaped(name).replace(/::|_/g, '$&<wbr>');
}

function drawSource(version, group) {
  const texts = version.fns.map((functions, lane) => {
    const body = functions.map(it => escaped(it.text.join('\n'))).join('\n\n');
    return { lanes: [group.lanes[lane]], body };
  });
  // Lanes that call the same functions share their text.
  const merged = texts.reduce((all, it) => {
    const same = all.find(other => other.body === it.body);
    if (same) same.lanes.push(...it.lanes);
    else all.push(it);
    return all;
  }, []);
  const statics = version.statics.length ? `<pre>${escaped(version.statics.join('\n'))}</pre>` : '';
  const bodies = merged.map(({ lanes, body }) => `<h5>${escaped(lanes.join(' and '))}</h5><pre>${body}</pre>`).join('');
  return `<details class="source-text"><summary>Source: <code>${escaped(version.file)}</code></summary>${statics}${bodies}</details>`;
}

function drawVersion(group, version) {
  const wrong = version.kind === 'wrong';
  const cores = version.builds.map(build => record.targets[build.target].core);
  const tabs = cores.length > 1 ? `<p class="tabs" role="group" aria-label="Core">${cores.map(core =>
    `<button type="button" data-core="${escaped(core)}" aria-pressed="false">${escaped(core)}</button>`).join('')}</p>` : '';
  return `<article class="version ${version.kind} builds-${cores.length}" id="${group.id}/${version.id}" aria-labelledby="${group.id}/${version.id}/name">
    <header><h3 id="${group.id}/${version.id}/name">${mark(wrong ? 'wrong' : 'ok')}<span class="kind">${wrong ? 'Wrong' : 'Right'}</span> <code>${breakable(version.name)}</code></h3>
      <p>${prose(version.says)}</p></header>
    ${tabs}<div class="targets">${version.builds.map(build => drawTarget(group, version, build)).join('')}
    <div class="stage" role="region" aria-label="The run"><p class="where"></p><div class="picture" tabindex="0" role="group" aria-label="Lanes and words"></div>
      <div class="verdict"></div><div class="allowed"></div></div></div>
    ${drawSource(version, group)}</article>`;
}

function drawSection(group) {
  const versions = record.cases.filter(it => it.group === group.id);
  const does = group.lanes.map((lane, at) => `<span><b class="lane-${at}">${escaped(lane)}</b> ${escaped(group.does[at])}</span>`);
  return `<section class="example" id="${group.id}" aria-labelledby="${group.id}-title">
    <header><p class="chapter">${escaped(group.section)}</p><h2 id="${group.id}-title">${escaped(group.title)}</h2>
      <p class="asks">${prose(group.asks)}</p><p class="does">${does.join('')}</p></header>
    <div class="versions">${versions.map(it => drawVersion(group, it)).join('')}</div></section>`;
}

function drawOverview() {
  const line = version => `<span class="builds">${version.builds.map(build => `<span class="build"><span class="core">${version.builds.length > 1
    ? escaped(record.targets[build.target].core.replace('Cortex-', '')) : ''}</span>${drawMarks(build, 'tiny')}</span>`).join('')}</span>`;
  const rows = record.groups.map(group => {
    const versions = record.cases.filter(it => it.group === group.id);
    const items = versions.map(it => `<li class="${it.kind}"><a href="#${group.id}/${it.id}"><code>${breakable(it.name)}</code>${line(it)}</a></li>`);
    return `<div class="entry"><h2><a href="#${group.id}">${escaped(group.title)}</a></h2><ul>${items.join('')}</ul></div>`;
  });
  const runs = record.cases.flatMap(it => it.builds).reduce((sum, it) => sum + it.counts.points, 0);
  const wrong = record.cases.flatMap(it => it.builds).reduce((sum, it) => sum + it.counts.wrong, 0);
  return `<p class="total"><b>${record.cases.length}</b> versions of <b>${record.groups.length}</b> examples, <b>${runs}</b> runs,
    <b class="wrong">${wrong}</b> of them wrong</p>${rows.join('')}`;
}

function drawOrigin() {
  const targets = record.targets.map(it => `<code>${escaped(it.id)}</code> (${escaped(it.core)})`).join(' and ');
  return `<p>Compiled by rustc ${escaped(record.rustc)}, ${escaped(record.profile)}, for ${targets}, and executed one instruction at a time.
    Names of words, source lines and expressions are those of the debug information. Cycles are those of a Cortex-M0 whose
    memory answers at once.</p>`;
}
