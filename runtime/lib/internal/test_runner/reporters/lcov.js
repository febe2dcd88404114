'use strict';

// Coverage as an LCOV tracefile. Spec: geninfo(1), "TRACEFILE FORMAT".

const { relative } = require('path');
const Transform = require('internal/streams/transform');

class LcovReporter extends Transform {
  constructor(options) {
    super({ __proto__: null, ...options, writableObjectMode: true });
  }

  _transform({ type, data }, encoding, callback) {
    callback(null, type === 'test:coverage' ? tracefile(data.summary) : undefined);
  }
}

function tracefile({ files, workingDirectory }) {
  let text = 'TN:\n';
  for (const file of files) {
    text += `SF:${relative(workingDirectory, file.path)}\n`;
    const names = file.functions.map(({ name }, i) => name || `anonymous_${i}`);
    file.functions.forEach(({ line }, i) => { text += `FN:${line},${names[i]}\n`; });
    file.functions.forEach(({ count }, i) => { text += `FNDA:${count},${names[i]}\n`; });
    text += `FNF:${file.totalFunctionCount}\nFNH:${file.coveredFunctionCount}\n`;
    file.branches.forEach(({ line, count }, i) => { text += `BRDA:${line},${i},0,${count}\n`; });
    text += `BRF:${file.totalBranchCount}\nBRH:${file.coveredBranchCount}\n`;
    const lines = [...file.lines].sort((a, b) => a.line - b.line);
    for (const { line, count } of lines) text += `DA:${line},${count}\n`;
    text += `LH:${file.coveredLineCount}\nLF:${file.totalLineCount}\nend_of_record\n`;
  }
  return text;
}

module.exports = { LcovReporter };
