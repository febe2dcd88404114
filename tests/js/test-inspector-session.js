// A program's own sessions with the inspector. Answers as Node 24.22.3 gives them.
const assert = require('node:assert');
const inspector = require('node:inspector');
const { Worker, isMainThread } = require('node:worker_threads');

const session = new inspector.Session();
assert.throws(() => session.post('Runtime.enable'), { code: 'ERR_INSPECTOR_NOT_CONNECTED' });
assert.throws(() => session.connectToMainThread(), { code: 'ERR_INSPECTOR_NOT_WORKER' });
session.connect();
assert.throws(() => session.connect(), { code: 'ERR_INSPECTOR_ALREADY_CONNECTED' });
assert.throws(() => session.post(5), { code: 'ERR_INVALID_ARG_TYPE' });
assert.throws(() => session.post('Runtime.enable', 'text'), { code: 'ERR_INVALID_ARG_TYPE' });

// Requests are answered before post() returns.
function ask(method, params) {
  let answer;
  session.post(method, params, (error, result) => { answer = { error, result }; });
  assert.ok(answer, method);
  if (answer.error) throw answer.error;
  return answer.result;
}
assert.deepStrictEqual(ask('Runtime.evaluate', { expression: '"ä\\u{1f600}" + 2' }).result, { type: 'string', value: 'ä\u{1f600}2' });
assert.throws(() => ask('No.such'), { code: 'ERR_INSPECTOR_COMMAND', message: "Inspector error -32601: 'No.such' wasn't found" });
const required = ask('Runtime.evaluate', { expression: 'require("os").EOL', includeCommandLineAPI: true });
assert.strictEqual(required.result.value, '\n');

// The console speaks to the inspector with the place of its caller; inspector.console to nobody else.
const calls = [];
session.on('Runtime.consoleAPICalled', ({ params }) => calls.push(params));
ask('Runtime.enable');
(function caller() { console.info('seen', 1); })();
inspector.console.log('inspector alone');
assert.deepStrictEqual(calls.map((call) => [call.type, call.args.map((each) => each.value)]),
                       [['info', ['seen', 1]], ['log', ['inspector alone']]]);
assert.strictEqual(calls[0].stackTrace.callFrames[0].functionName, 'caller');
assert.strictEqual(console.info.name, 'info');

// A pause lasts as long as its notification.
const pauses = [];
session.on('Debugger.paused', ({ params }) => {
  const [frame] = params.callFrames;
  const { result } = ask('Debugger.evaluateOnCallFrame', { callFrameId: frame.callFrameId, expression: 'local' });
  pauses.push([frame.functionName, frame.location.lineNumber, result.value]);
});
ask('Debugger.enable');
(function stops() {
  const local = 42; // eslint-disable-line no-unused-vars
  debugger;
})();
ask('Debugger.disable');
assert.deepStrictEqual(pauses, [['stops', 47, 42]]);

ask('Profiler.enable');
ask('Profiler.start');
assert.ok(ask('Profiler.stop').profile.nodes.length > 0);

// A listener that throws is a warning; what is open when a session ends is answered with an error.
const order = [];
process.once('warning', (warning) => order.push(warning.message));
session.post('Runtime.evaluate', { expression: '1' }, () => { throw new Error('from a callback'); });
session.post('Runtime.evaluate', { expression: 'new Promise(() => {})', awaitPromise: true }, (error) => order.push(error.code));
session.disconnect();
session.disconnect();
assert.throws(() => session.post('Runtime.enable'), { code: 'ERR_INSPECTOR_NOT_CONNECTED' });
assert.strictEqual(inspector.url(), undefined);
assert.throws(() => inspector.waitForDebugger(), { code: 'ERR_INSPECTOR_NOT_ACTIVE' });

(async () => {
  const promises = new (require('node:inspector/promises').Session)();
  promises.connect();
  assert.strictEqual((await promises.post('Runtime.evaluate', { expression: '6 * 7' })).result.value, 42);
  await assert.rejects(promises.post('No.such'), { code: 'ERR_INSPECTOR_COMMAND' });
  promises.disconnect();

  // A worker asks the main thread.
  globalThis.mainOnly = 'of the main thread';
  const worker = new Worker(`
    const { Session } = require('node:inspector');
    const { parentPort } = require('node:worker_threads');
    const session = new Session();
    session.connectToMainThread();
    session.post('Runtime.evaluate', { expression: 'mainOnly' }, (error, { result }) => {
      session.disconnect();
      parentPort.postMessage(result.value);
      parentPort.close();
    });
    parentPort.ref();
    parentPort.on('message', () => {});
  `, { eval: true });
  const said = await new Promise((resolve) => worker.once('message', resolve));
  assert.strictEqual(said, globalThis.mainOnly);
  assert.deepStrictEqual(order, ['ERR_INSPECTOR_COMMAND', 'from a callback']);
  assert.ok(isMainThread);
})();
