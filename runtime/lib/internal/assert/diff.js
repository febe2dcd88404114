'use strict';

// The difference of two lists of lines, and how assertion errors print it.

const colors = require('internal/util/colors');

const kContext = 5; // equal lines that are shown after a change
const kSkipFrom = 8; // an equal run this long is cut short

// Myers, "An O(ND) Difference Algorithm and Its Variations": [{type: -1 | 0 | 1, value}], in order; 1 is in `actual` only.
// With `commas`, lines that differ by a trailing comma only are equal: something was appended.
function diffLines(actual, expected, commas) {
  const same = (x, y) => x === y || (commas && (`${x},` === y || x === `${y},`));
  const n = actual.length;
  const m = expected.length;
  const max = n + m;
  const furthest = new Int32Array(2 * max + 2);
  const trace = [];
  search: for (let d = 0; d <= max; d++) {
    trace.push(furthest.slice(max - d, max + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[max + k - 1] < furthest[max + k + 1]);
      let x = down ? furthest[max + k + 1] : furthest[max + k - 1] + 1;
      let y = x - k;
      while (x < n && y < m && same(actual[x], expected[y])) {
        x++;
        y++;
      }
      furthest[max + k] = x;
      if (x >= n && y >= m) break search;
    }
  }
  const result = [];
  let x = n;
  let y = m;
  for (let d = trace.length - 1; d >= 0; d--) {
    const at = (k) => trace[d][k + d];
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const previousK = down ? k + 1 : k - 1;
    const previousX = d === 0 ? 0 : at(previousK);
    const previousY = d === 0 ? 0 : previousX - previousK;
    while (x > previousX && y > previousY) {
      x--;
      y--;
      // The longer of the two has the comma.
      const value = commas && !actual[x].endsWith(',') ? expected[y] : actual[x];
      result.push({ type: 0, value });
    }
    if (d > 0) {
      if (down) result.push({ type: -1, value: expected[previousY] });
      else result.push({ type: 1, value: actual[previousX] });
    }
    x = previousX;
    y = previousY;
  }
  return result.reverse();
}

// -> {message, skipped}
function printDiff(diff) {
  let message = '';
  let skipped = false;
  for (let i = 0; i < diff.length;) {
    const { type } = diff[i];
    if (type !== 0) {
      // What is actual comes first of a change.
      let end = i;
      while (end < diff.length && diff[end].type !== 0) end++;
      const changes = diff.slice(i, end);
      for (const change of changes) {
        const [mark, color] = change.type === 1 ? ['+', colors.green] : ['-', colors.red];
        message += `${color}${mark}${colors.white} ${change.value}\n`;
      }
      i = end;
      continue;
    }
    let end = i;
    while (end < diff.length && diff[end].type === 0) end++;
    const last = end === diff.length;
    const length = end - i;
    if (last && length > kContext) {
      for (const line of diff.slice(i, i + kContext)) message += `${colors.white}  ${line.value}\n`;
    } else if (length >= kSkipFrom) {
      for (const line of diff.slice(i, i + kContext)) message += `${colors.white}  ${line.value}\n`;
      message += `${colors.blue}...${colors.white}\n  ${diff[end - 1].value}\n`;
      skipped = true;
    } else {
      for (const line of diff.slice(i, end)) message += `${colors.white}  ${line.value}\n`;
    }
    i = end;
  }
  return { message: `\n${message}`, skipped };
}

module.exports = { diffLines, printDiff };
