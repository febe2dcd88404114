'use strict';

// The table of covered files, for people.

const { sep, relative } = require('path');
const colors = require('internal/util/colors');

const kHeaders = ['line %', 'branch %', 'funcs %'];
const kKeys = ['coveredLinePercent', 'coveredBranchPercent', 'coveredFunctionPercent'];
const kSeparator = ' | ';
// Four separators, and one column at the end.
const kFrame = 13;
const kEllipsis = '\u2026';

// `prefix`: what each line begins with; `color`: of the text, empty for none.
function formatReport(indent, summary, prefix, color) {
  const lead = `${indent}${prefix}`;
  const rows = rowsOf(summary);
  const numbers = kHeaders.reduce((sum, name) => sum + name.length, 0);
  const deepest = Math.max(0, ...rows.map(({ depth }) => depth));
  let fileWidth = Math.max('all files'.length, ...rows.map(({ name }) => deepest + name.length)) + (color ? 2 : 0);
  let linesWidth = Math.max('uncovered lines'.length, ...rows.map(({ uncovered }) => uncovered.length));
  const available = (process.stdout.columns || Infinity) - lead.length;
  let width = fileWidth + numbers + linesWidth + kFrame;
  if (width > available) {
    fileWidth = Math.min(fileWidth, Math.floor(available / 2));
    linesWidth = Math.max(available - kFrame - numbers - fileWidth, 1);
    width = available;
  }
  const last = (text) => (text.length > linesWidth ? `${text.slice(0, linesWidth - 1)}${kEllipsis}` : text);
  const line = (first, cells, uncovered) => `${lead}${[first, ...cells, last(uncovered)].join(kSeparator)}\n`;
  const rule = `${lead}${'-'.repeat(width)}\n`;
  const paint = (text, by) => (color ? `${by}${text}${color}` : text);

  let text = `${color}${lead}start of coverage report\n${rule}`;
  text += line('file'.padEnd(fileWidth), kHeaders.map((name) => paint(name, colors.red)), 'uncovered lines');
  text += rule;
  for (const { depth, name, percents, uncovered } of rows) {
    const room = fileWidth - depth;
    const shown = (name.length > room ? `${kEllipsis}${name.slice(name.length - room + 1)}` : name).padEnd(room);
    const title = percents === undefined ? shown : paint(shown, colorOf(average(percents)));
    text += line(`${' '.repeat(depth)}${title}`, cellsOf(percents, paint), uncovered);
  }
  text += rule;
  text += line('all files'.padEnd(fileWidth), cellsOf(kKeys.map((key) => summary.totals[key]), paint), '');
  return `${text}${rule}${lead}end of coverage report\n${color ? colors.white : ''}`;
}

function cellsOf(percents, paint) {
  return kHeaders.map((header, i) => {
    if (percents === undefined) return paint(' '.repeat(header.length), colors.red);
    return paint(percents[i].toFixed(2).padStart(header.length), colorOf(percents[i]));
  });
}

function average(numbers) { return numbers.reduce((sum, number) => sum + number, 0) / numbers.length; }

function colorOf(percentage) {
  if (percentage >= 90) return colors.green;
  return percentage >= 50 ? colors.yellow : colors.red;
}

// A row for each folder and file: {depth, name, percents, uncovered}.
function rowsOf({ files, workingDirectory }) {
  const rows = [];
  let open = []; // the folders of the row before
  for (const file of files) {
    const parts = relative(workingDirectory, file.path).split(sep);
    const name = parts.pop();
    let depth = 0;
    while (depth < parts.length && open[depth] === parts[depth]) depth++;
    for (; depth < parts.length; depth++) rows.push({ depth, name: parts[depth], percents: undefined, uncovered: '' });
    open = parts;
    rows.push({ depth: parts.length, name, percents: kKeys.map((key) => file[key]), uncovered: uncoveredLines(file.lines) });
  }
  return rows;
}

// "3 5-7": the lines that did not run.
function uncoveredLines(lines) {
  const ranges = [];
  for (const { line, count } of lines) {
    if (count > 0) continue;
    const last = ranges.at(-1);
    if (last?.end === line - 1) last.end = line;
    else ranges.push({ start: line, end: line });
  }
  return ranges.map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`)).join(' ');
}

module.exports = { formatReport };
