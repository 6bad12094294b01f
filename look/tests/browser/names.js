// What assistive technology would read without a name, or cannot tell apart.
const complaints = [];
const named = element => (element.ariaLabel ?? '').trim() || element.textContent.trim()
  || document.getElementById(element.getAttribute('aria-labelledby'))?.textContent.trim();
for (const element of document.querySelectorAll('a, button, summary, section, article, nav, [role], label:has(input), [tabindex="0"]')) {
  if (!named(element)) complaints.push(`no name: ${element.outerHTML.slice(0, 80)}`);
}
for (const svg of document.querySelectorAll('svg')) {
  if (svg.getAttribute('aria-hidden') !== 'true') complaints.push(`a picture is read: ${svg.outerHTML.slice(0, 80)}`);
}
const ids = [...document.querySelectorAll('[id]')].map(it => it.id);
for (const id of new Set(ids.filter((it, at) => ids.indexOf(it) !== at))) complaints.push(`two elements are ${id}`);
for (const slider of document.querySelectorAll('[role=slider]')) {
  const { ariaValueNow: now, ariaValueMax: max, ariaValueText: text } = slider;
  if (!(Number(now) <= Number(max)) || !/: (right|wrong)/.test(text)) complaints.push(`a slider at ${now} of ${max}: ${text}`);
}
if (!document.querySelector('h1') || document.querySelectorAll('main').length !== 1) complaints.push('no h1, or not one main');
return complaints;
