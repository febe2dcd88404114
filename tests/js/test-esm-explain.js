// What is wrong between CommonJS and ES modules is said as Node 24 says it.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { pathToFileURL } = require('node:url');

const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'esm-explain-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true }));
const file = (name, text) => {
  const full = path.join(folder, name);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, text);
  return full;
};
const run = (...args) => spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });

(async () => {
  // A variable of CommonJS in an ES module.
  const packageJson = file('module/package.json', '{"type": "module"}');
  const common = file('module/common.js', 'module.exports = 1;\n');
  await assert.rejects(import(pathToFileURL(common)), {
    name: 'ReferenceError',
    message: 'module is not defined in ES module scope\nThis file is being treated as an ES module because it has a \'.js\' ' +
      `file extension and '${packageJson}' contains "type": "module". To treat it as a CommonJS script, rename it to use ` +
      'the \'.cjs\' file extension.',
  });
  await assert.rejects(import('data:text/javascript,require'), {
    message: 'require is not defined in ES module scope, you can use import instead',
  });
  await assert.rejects(import('data:text/javascript,await 0;__dirname'), {
    message: "Cannot determine intended module format because both '__dirname' and top-level await are present. If the code " +
      'is intended to be CommonJS, wrap await in an async function. If the code is intended to be an ES module, use ' +
      'import.meta.dirname instead.',
  });
  await assert.rejects(import('data:text/javascript,nothing'), { message: 'nothing is not defined' });
  // The line that threw is shown, through require() too.
  const { stderr: shown } = run(file('asks.cjs', `require(${JSON.stringify(common)})`));
  assert.match(shown, /common\.js:1\nmodule\.exports = 1;\n\^\n/);

  // require() of ES modules, switched off.
  const esm = file('module/esm.js', 'export default 1;\n');
  const asksCommon = file('asks-common.cjs', 'require("./module/common.js")');
  assert.match(run('--no-experimental-require-module', asksCommon).stderr,
               /Instead either rename common\.js to end in \.cjs, change the requiring code to use dynamic import\(\)/);
  const asksEsm = file('asks-esm.cjs', 'require("./module/esm.js")');
  assert.match(run('--no-require-module', asksEsm).stderr,
               new RegExp(`require\\(\\) of ES Module ${esm} from ${asksEsm} not supported\\.\\nInstead change the require of ` +
                 `esm\\.js in ${asksEsm} to a dynamic import\\(\\)`));
  assert.strictEqual(run('--no-require-module', '-p', 'process.features.require_module').stdout, 'false\n');

  // Top-level await below require(): who required it, and on request where it is.
  file('await.mjs', 'export {};\n  await null;\n');
  file('above.mjs', 'import "./await.mjs";\n');
  const asksAwait = file('asks-await.cjs', 'try { require("./above.mjs") } catch (error) { console.log(JSON.stringify(' +
    '[error.code, error.requireStack, error.topLevelAwaitLocations, Object.keys(error)])) }');
  assert.deepStrictEqual(JSON.parse(run(asksAwait).stdout), ['ERR_REQUIRE_ASYNC_MODULE', [asksAwait], null, ['code']]);
  const place = { url: pathToFileURL(path.join(folder, 'await.mjs')).href, line: 2, column: 3, sourceLine: '  await null;' };
  assert.deepStrictEqual(JSON.parse(run('--experimental-print-required-tla', asksAwait).stdout)[2], [place]);
  assert.match(run('--experimental-print-required-tla', '-e', 'require("./above.mjs")').stderr,
               /^\S*await\.mjs:2\n\n {2}await null;\n {2}\^\n\nError \[ERR_REQUIRE_ASYNC_MODULE\]/);

  // A cycle through require() has no order of evaluation.
  file('a.mjs', 'import "./b.cjs";');
  file('b.cjs', 'require("./c.mjs");');
  file('c.mjs', 'import "./a.mjs";');
  const c = path.join(folder, 'c.mjs');
  assert.match(run('a.mjs').stderr, new RegExp(`ERR_REQUIRE_CYCLE_MODULE.*Cannot import Module \\./a\\.mjs in a cycle\\. \\(from ${c}\\)`));
  assert.match(run('b.cjs').stderr, /Cannot import CommonJS Module \.\/b\.cjs in a cycle\. \(from .*a\.mjs\)/);

  // Hints.
  const note = file('note.cjs', 'export default 1;\n');
  assert.match(run(note).stderr, /Warning: Failed to load the ES module: .*note\.cjs\. Make sure to set "type": "module"/);
  file('node_modules/lone.js', '');
  assert.match(run('--input-type=module', '-e', 'import "lone.js"').stderr, /Did you mean to import "\.\/node_modules\/lone\.js"\?/);
  assert.match(run('--input-type=module', c).stderr, /ERR_INPUT_TYPE_NOT_ALLOWED/);

  // `await` where it is no keyword is a module's, whatever V8 makes of it.
  assert.strictEqual(run('-e', 'console.log(await "text")').stdout, 'text\n');
  assert.match(run('-e', 'console.log(await "" "")').stderr, /SyntaxError: missing \) after argument list/);

  // The 'exit' event is told the code of a program that waits for nothing.
  const { status, stdout } = run('--no-warnings', '--input-type=module', '-e',
                                 'process.on("exit", (code) => console.log(code)); await new Promise(() => {})');
  assert.deepStrictEqual([status, stdout], [13, '13\n']);
})();
