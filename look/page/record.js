'use strict';
// What the record holds about a run, in the order in which it happened. Nothing here touches the document.

const record = unpacked(JSON.parse(document.getElementById('record').textContent));

/** The record as the scripts read it; `src/page/pack.rs` describes what it is made from. */
function unpacked(packed) {
  const events = ['', 'return', 'leave', 'wfi', 'fault', 'mask', 'unmask', 'refused'];
  const kinds = ['ok', 'again', 'masked', 'wrong'];
  const frames = packed.frames.map(([file, line, text, from, to]) => ({ file, line, text, from, to }));
  const inOrder = ([first, count]) => Array.from({ length: Math.abs(count) }, (_, at) => count < 0 ? first : first + at);
  const chunks = (list, size) => Array.from({ length: list.length / size }, (_, at) => list.slice(at * size, at * size + size));
  for (const build of packed.cases.flatMap(version => version.builds)) {
    let address = 0;
    build.code = build.code.map(([delta, text, note = '', user = 0, library = 0]) => {
      address += delta;
      return { address, text, note, user: frames[user - 1], library: frames[library - 1] };
    });
    build.steps = build.steps.map(([code = 0, event = 0, masked = 0, ...accesses]) =>
      ({ code: code - 1, event: events[event], masked: masked === 1, accesses: chunks(accesses, 3) }));
    build.seqs = build.seqs.map(runs => chunks(runs, 2).flatMap(inOrder));
    build.words = build.words.map(([name, init, fmt]) => ({ name, init, fmt }));
    build.columns = build.columns.map(([name, words]) => ({ name, words }));
    build.sentences = packed.sentences;
    build.landings = build.landings.map(([kind, outcome, tail, at, taken, segments, rest]) => ({
      kind: kinds[kind], outcome, tail, at, taken: taken || at, why: null, head: null, says: [], asleep: false, ...rest,
      run: chunks(segments, 4).map(([lane, seq, from, to]) => [lane, seq, from, to || build.seqs[seq].length]),
    }));
  }
  return packed;
}
const groups = new Map(record.groups.map(group => [group.id, group]));

/** An answer that a lane does not have. */
const NONE = '–';

/** The instructions of a run: the lane, the step, and its index in the run. */
function stepsOf(build, landing) {
  const steps = [];
  for (const [lane, seq, from, to] of landing.run) {
    for (let at = from; at < to; at++) {
      steps.push({ lane, ...build.steps[build.seqs[seq][at]], index: steps.length });
    }
  }
  return steps;
}

/** Where the interrupts become pending, with code in backquotes. */
function placeOf(build, landing) {
  const points = landing.at.map(at => {
    if (at === build.ends) return build.slept === null ? 'after the end' : 'while main sleeps';
    const { address, text } = build.code[build.steps[build.seqs[0][at]].code];
    return `before \`0x${address.toString(16)} ${text}\``;
  });
  return points.length === 1 ? points[0] : points.map((it, at) => `handler ${at + 1} ${it}`).join(', ');
}

/** The value of a word as the source would write it. */
function valueOf(word, value) {
  switch (word.fmt) {
    case 'not': return value ? `!${~value >>> 0}` : '0';
    case 'tag2': return `${value & 3} #${value >>> 2}`;
    case 'bool': return value ? 'true' : 'false';
    default: return value > 0xfffff ? `0x${value.toString(16)}` : String(value);
  }
}

/** The column that shows each word; words of one lane only have none. */
function columnsByWord(build) {
  return build.byWord ??= new Map(build.columns.flatMap((column, at) => column.words.map(word => [word, at])));
}

/** What a column shows while the words have these values: an array that is too long for it shows how far it is written. */
function columnText(build, column, values, stored) {
  if (column.words.length <= 2) return column.words.map(word => valueOf(build.words[word], values[word])).join(' ');
  const done = column.words.filter(word => stored.has(word)).length;
  return done === 0 ? 'old' : done === column.words.length ? 'new' : `${done}/${column.words.length}`;
}

/**
 * The rows of the picture of a run: accesses to shared words, and what changes who runs. Instructions between them are
 * counted.
 */
function rowsOf(build, landing) {
  const columns = columnsByWord(build);
  const rows = [];
  const active = [0];
  const begun = new Set();
  let idle = 0;
  let mains = 0;
  const flush = lane => {
    if (idle) rows.push({ kind: 'gap', lane, count: idle });
    idle = 0;
  };
  const steps = stepsOf(build, landing);
  steps.forEach(step => {
    const previous = steps[step.index - 1];
    if (previous && previous.lane !== step.lane) flush(previous.lane);
    if (step.lane !== 0 && !begun.has(step.lane)) {
      begun.add(step.lane);
      rows.push({ kind: 'enter', lane: step.lane, from: active.at(-1) });
      active.push(step.lane);
    }
    if (step.lane === 0) {
      landing.at.forEach((at, handler) => {
        if (at === mains && landing.taken[handler] > at) {
          flush(0);
          rows.push({ kind: 'pending', lane: 0, handler: handler + 1 });
        }
      });
      mains++;
    }
    const blame = landing.why?.wrong === step.index;
    // An exclusive store that is refused accesses nothing.
    const seen = step.event === 'refused' ? [] : step.accesses.map((access, at) => ({ access, node: `${step.index}:${at}` }))
      .filter(({ access }) => columns.has(access[1]));
    for (const { access: [stores, word, value], node } of seen) {
      const column = columns.get(word);
      const last = rows.at(-1);
      const many = build.columns[column].words.length > 2;
      if (many && last?.kind === 'access' && last.lane === step.lane && last.column === column && last.stores === !!stores) {
        idle = 0;
        last.nodes.push(node);
        last.changes.push([word, value]);
        last.blame ||= blame;
        continue;
      }
      flush(step.lane);
      rows.push({ kind: 'access', lane: step.lane, stores: !!stores, column, nodes: [node], changes: [[word, value]], blame });
    }
    if (step.event) {
      flush(step.lane);
      rows.push({ kind: step.event, lane: step.lane, blame: blame && !seen.length });
      if (step.event === 'leave') active.splice(active.lastIndexOf(step.lane), 1);
    } else if (!seen.length) {
      idle++;
    }
  });
  if (steps.length) flush(steps.at(-1).lane);
  return rows;
}

/** The places of main at which the interrupt of a handler lands in some run. */
function placesOf(build, handler) {
  return [...new Set(build.landings.map(it => it.at[handler]))].sort((a, b) => a - b);
}

/** `text` with its backquoted parts as code; the rest is escaped. */
function prose(text) {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escaped(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return String(text).replace(/[&<>"]/g, it => names[it]);
}

/** "1 place", "2 places". */
function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
