// Texts and marks whose contrast with what is behind them is too low.
const complaints = new Set();
const parse = colour => {
  const numbers = colour.match(/-?[\d.]+(?:e-?\d+)?/g).map(Number);
  const unit = colour.startsWith('color(') ? 255 : 1;
  const [r, g, b, a = 1] = numbers;
  return { rgb: [r, g, b].map(it => it * unit), a };
};
const over = (front, back, alpha) => front.map((it, at) => it * alpha + back[at] * (1 - alpha));
const luminance = rgb => rgb.map(it => it / 255).map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
  .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
const ratio = (a, b) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const behind = new Map();
const background = element => {
  if (!element) return [255, 255, 255];
  if (behind.has(element)) return behind.get(element);
  const under = background(element.parentElement);
  const { rgb, a } = parse(getComputedStyle(element).backgroundColor);
  const result = over(rgb, under, a);
  behind.set(element, result);
  return result;
};
const opacities = new Map();
const opacity = element => {
  if (!element) return 1;
  if (!opacities.has(element)) {
    opacities.set(element, Number(getComputedStyle(element).opacity) * opacity(element.parentElement));
  }
  return opacities.get(element);
};
const judge = (element, colour, back, least, text) => {
  const { rgb, a } = parse(colour);
  const seen = ratio(over(rgb, back, a * opacity(element)), back);
  if (seen < least) complaints.add(`${seen.toFixed(2)} < ${least}: ${text}`);
};
const name = element => `${element.tagName.toLowerCase()}.${[element.className].flat().join('.')} in ${element.parentElement?.className?.baseVal ?? element.parentElement?.className}`;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let texts = 0;
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || element.closest('script, style, noscript')) continue;
  if (!element.getClientRects().length || getComputedStyle(element).visibility === 'hidden') continue;
  texts++;
  const style = getComputedStyle(element);
  const inPicture = element instanceof SVGElement;
  // A number in the picture stands on its circle.
  const back = inPicture ? parse(getComputedStyle(element.parentElement.querySelector('circle')).fill).rgb : background(element);
  judge(element, inPicture ? style.fill : style.color, back, 4.5, `"${walker.currentNode.data.trim().slice(0, 30)}" of ${name(element)}`);
}
for (const element of document.querySelectorAll('.conflict path, .node :is(circle, path, rect), .lanes > path')) {
  judge(element, getComputedStyle(element).stroke, background(element.closest('td')), 3, `stroke of ${name(element)}`);
}
for (const [id, property] of [['ok', 'fill'], ['again', 'stroke'], ['masked', 'stroke'], ['wrong', 'stroke']]) {
  const colour = getComputedStyle(document.querySelector(`#${id} > :first-child`))[property];
  for (const use of document.querySelectorAll(`#examples use[href="#${id}"]`)) {
    judge(use.parentElement, colour, background(use.parentElement.parentElement), 3, `mark ${id} on ${use.closest('[class]').parentElement.className}`);
  }
}
if (texts < 200) complaints.add(`only ${texts} texts are shown`);
return [...complaints];
