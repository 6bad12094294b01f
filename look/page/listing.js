// Main's lane: its instructions under the source expressions they were compiled from, with a mark at each landing.

const VERDICTS = { ok: 'right', again: 'right, main tries again', masked: 'right, masked: the handler waits', wrong: 'wrong' };

/** A line of the source with its expression set off. */
function drawExpression({ line, text, from, to }) {
  const parts = to > from ? [text.slice(0, from), text.slice(from, to), text.slice(to)] : ['', text, ''];
  const [before, expression, after] = parts.map(escaped);
  return `<li class="source"><span class="line">${line}</span><code>${before}<b>${expression}</b>${after}</code></li>`;
}

function drawListing(build) {
  const rows = [];
  let user = null;
  let library = null;
  build.seqs[0].forEach((step, at) => {
    const { code, masked } = build.steps[step];
    const { address, text, user: frame, library: inner } = build.code[code];
    // What the compiler could not attribute belongs to what is around it.
    if (frame && frame !== user) {
      rows.push(drawExpression(frame));
      user = frame;
      library = null;
    }
    if (inner && inner !== library) {
      rows.push(`<li class="library" title="${escaped(`${inner.file}:${inner.line}`)}"><span class="line">↳</span><code>${escaped(inner.text)}</code></li>`);
      library = inner;
    }
    if (at === build.slept + 1 && build.slept !== null) rows.push(drawEnd(build, 'asleep'));
    const lands = at < build.ends ? `data-main="${at}"` : '';
    rows.push(`<li class="ins${masked ? ' in-mask' : ''}" data-at="${at}" ${lands}><span class="place"></span>`
      + `<span class="address">${address.toString(16).slice(-4)}</span><code>${escaped(text)}</code><span class="note"></span></li>`);
  });
  if (build.slept === null) rows.push(drawEnd(build, 'after the end'));
  return `<ol class="listing" aria-label="Main’s instructions">${rows.join('')}</ol>`;
}

function drawEnd(build, name) {
  return `<li class="ins end" data-main="${build.ends}"><span class="place"></span><span class="address"></span><span>${name}</span><span class="note"></span></li>`;
}

/** What an executed instruction does with shared words, or what it names. */
function noteOf(build, { code, accesses, event }) {
  if (event === 'refused') return { text: 'store refused', shared: true };
  const columns = columnsByWord(build);
  const shared = accesses.filter(access => columns.has(access[1]));
  if (shared.length) {
    const texts = shared.map(([stores, word, value]) => {
      const shown = valueOf(build.words[word], value);
      if (build.columns.length === 1) return `${stores ? 'writes' : 'reads'} ${shown}`;
      return `${stores ? '●' : '○'} ${build.columns[columns.get(word)].name} ${shown}`;
    });
    return { text: texts.join(', '), shared: true };
  }
  return { text: build.code[code].note, shared: false };
}
