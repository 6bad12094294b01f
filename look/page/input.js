// Draws the page, and moves interrupts: pointer, keys, buttons, links.

document.getElementById('overview').innerHTML = drawOverview();
document.getElementById('examples').innerHTML = record.groups.map(drawSection).join('');
document.getElementById('origin').innerHTML = drawOrigin();

for (const version of record.cases) {
  const article = document.getElementById(`${version.group}/${version.id}`);
  const drawn = version.builds.map((build, at) => {
    const view = new View(groups.get(version.group), version, build);
    view.attach(article, article.querySelector(`[data-build="${at}"]`));
    views.push(view);
    return view;
  });
  // The first last: this is the one whose run is shown.
  drawn.reverse().forEach(view => view.select(view.landing));
}

/** The view that arrow keys move while no slider has the focus. */
let current = views[0];

function viewOf(element) {
  const target = element.closest('.target');
  return target && views.find(view => view.element === target);
}

let writing;

/** Selects a landing; the address follows when the pointer rests, because browsers limit how often it may change. */
function move(view, landing) {
  current = view;
  view.select(landing);
  clearTimeout(writing);
  writing = setTimeout(() => history.replaceState(null, '', view.link), 120);
}

/** The landing that a pointer is over. */
function landingAt(view, element) {
  const cell = element.closest('[data-landing]');
  if (cell) return +cell.dataset.landing;
  const row = element.closest('[data-main]');
  return row ? view.landingFor(+row.dataset.main) : undefined;
}

function follow(element) {
  const view = viewOf(element);
  const landing = view && landingAt(view, element);
  if (landing !== undefined && (landing !== view.landing || view.article.view !== view)) move(view, landing);
}

const examples = document.getElementById('examples');
// A page that scrolls under a resting pointer reports a pointer that is over something else: the pointer did not move.
let [x, y] = [NaN, NaN];
examples.addEventListener('pointermove', event => {
  const moved = event.screenX !== x || event.screenY !== y;
  [x, y] = [event.screenX, event.screenY];
  if (event.pointerType === 'mouse' && moved) follow(event.target);
  // A finger stays with the element on which it went down.
  if (event.pointerType !== 'mouse' && event.target.closest('.slider')) {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    if (under && viewOf(under) === viewOf(event.target)) follow(under);
  }
});

examples.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) {
    const view = viewOf(event.target);
    const landing = view && landingAt(view, event.target);
    if (landing === undefined) return;
    move(view, landing);
    view.slider.focus({ preventScroll: true });
    return;
  }
  if (button.dataset.core) {
    const article = button.closest('.version');
    const view = views.find(it => it.article === article && it.core === button.dataset.core);
    move(view, view.landing);
    return;
  }
  const view = viewOf(button);
  move(view, button.dataset.move === 'wrong' ? view.nextWrong(1) : view.moved(+button.dataset.move));
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, summary, .picture, .code')) return;
  const slider = event.target.closest('.slider');
  const view = slider ? viewOf(slider) : current;
  const square = view.build.landings[0].at.length > 1 && slider;
  const landing = {
    ArrowRight: () => view.moved(1),
    ArrowLeft: () => view.moved(-1),
    ArrowDown: square ? () => view.moved(1, 1) : undefined,
    ArrowUp: square ? () => view.moved(-1, 1) : undefined,
    Home: slider ? () => 0 : undefined,
    End: slider ? () => Infinity : undefined,
    n: () => view.nextWrong(1),
    N: () => view.nextWrong(-1),
  }[event.key];
  if (!landing) return;
  event.preventDefault();
  move(view, landing());
  view.revealPlace();
});

/** `#example/version/landing/core`; the last parts may be absent. */
function openLink() {
  const [group, id, landing, core] = location.hash.slice(1).split('/');
  const all = views.filter(view => view.group.id === group && (id === undefined || view.version.id === id));
  if (!all.length) return;
  const view = all.find(it => it.core.toLowerCase() === core) ?? all[0];
  const at = /^\d+$/.test(landing) ? Number(landing) : view.landing;
  current = view;
  view.select(at);
  (id === undefined ? document.getElementById(group) : view.article).scrollIntoView({ block: 'start' });
  if (id !== undefined) view.slider.focus({ preventScroll: true });
}

addEventListener('hashchange', openLink);
openLink();

document.querySelector('.theme').addEventListener('change', event => {
  document.documentElement.dataset.theme = event.target.value;
});
