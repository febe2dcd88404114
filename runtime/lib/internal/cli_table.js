'use strict';

// Text tables, for console.table().

const { getStringWidth } = require('internal/util/inspect');

const kLine = '\u2500';
const kBar = '\u2502';

function rule(left, cross, right, widths) {
  return `${left}${widths.map((width) => kLine.repeat(width)).join(cross)}${right}\n`;
}

function row(cells, widths) {
  const padded = cells.map((cell, i) => ` ${cell}${' '.repeat(widths[i] - getStringWidth(cell) - 1)}`);
  return `${kBar}${padded.join(kBar)}${kBar}`;
}

// `head`: names of columns; `columns`: their cells, from top to bottom. Cells left out are empty.
function table(head, columns) {
  const widths = head.map((name) => getStringWidth(name));
  let height = 0;
  for (const column of columns) height = Math.max(height, column.length);
  const rows = [];
  for (let i = 0; i < height; i++) {
    rows[i] = head.map((_, j) => {
      const cell = Object.hasOwn(columns[j], i) ? columns[j][i] : '';
      widths[j] = Math.max(widths[j], getStringWidth(cell));
      return cell;
    });
  }
  const wide = widths.map((width) => width + 2);
  return rule('\u250c', '\u252c', '\u2510', wide) +
    `${row(head, wide)}\n` +
    rule('\u251c', '\u253c', '\u2524', wide) +
    rows.map((cells) => `${row(cells, wide)}\n`).join('') +
    rule('\u2514', '\u2534', '\u2518', wide).slice(0, -1);
}

module.exports = table;
