// A text as a picture: what a terminal shows, as an SVG.
const line = 17;
const glyph = 8.4;
const margin = 16;
const colours = {
  ground: '#16191f',
  text: '#d5d9e0',
  dim: '#8a93a3',
  good: '#7fd28a',
  bad: '#ff7a72',
  lead: '#8db9ff',
};

/** Lines that are no longer than so many columns. */
export function draw(lines, columns = 80) {
  const width = Math.ceil(columns * glyph + 2 * margin);
  const height = lines.length * line + 2 * margin;
  const rows = lines.map((text, index) => {
    const y = margin + (index + 0.75) * line;
    return `<text x="${margin}" y="${y}" fill="${colourOf(text)}">${escaped(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(lines[0] ?? '')}">
<rect width="100%" height="100%" rx="8" fill="${colours.ground}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${rows.join('\n')}
</g>
</svg>
`;
}

function colourOf(text) {
  if (text.startsWith('$') || text.startsWith('▸')) return colours.lead;
  if (text.startsWith('✓')) return colours.good;
  if (text.startsWith('✗')) return colours.bad;
  if (text.startsWith('·')) return colours.dim;
  return colours.text;
}

/** Spaces become no-break spaces: others collapse in an SVG. */
function escaped(text) {
  return text
    .replaceAll(' ', '\u00a0')
    .replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
}
