// What reaches beyond the width of the window. What scrolls in itself may.
const complaints = [];
const page = document.documentElement;
if (page.scrollWidth > page.clientWidth) complaints.push(`the page is ${page.scrollWidth} wide, the window ${page.clientWidth}`);
for (const element of document.querySelectorAll('body *')) {
  if (element.closest('.skip, .symbols, .theme input, svg *')) continue;
  let scrolls = element.parentElement;
  while (scrolls && !['auto', 'scroll', 'hidden'].includes(getComputedStyle(scrolls).overflowX)) scrolls = scrolls.parentElement;
  if (scrolls && scrolls !== page && scrolls !== document.body) continue;
  const { right, left, width } = element.getBoundingClientRect();
  if (width && (right > page.clientWidth + 0.5 || left < -0.5)) complaints.push(`${element.tagName}.${element.className}: ${left} to ${right}`);
}
return complaints.slice(0, 12);
