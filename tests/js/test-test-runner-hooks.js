// Hooks run around the tests they are for: before() first, beforeEach() from the outermost suite inwards, afterEach()
// outwards, after() last.
const assert = require('node:assert');
const { after, afterEach, beforeEach, before, describe, it, test } = require('node:test');

const order = [];
before(() => order.push('before'));
after(() => order.push('after'));
beforeEach((t) => order.push(`each ${t.name}`));
afterEach((t) => order.push(`each done ${t.name} ${t.passed}`));

describe('suite', () => {
  before((s) => order.push(`before ${s.name}`));
  after((s) => order.push(`after ${s.name}`));
  beforeEach(() => order.push('inner each'));
  afterEach(() => order.push('inner done'));
  it('a', () => order.push('a'));
  it('skipped', { skip: true }, () => order.push('never'));
});

test('b', async (t) => {
  t.after(() => order.push('after b'));
  t.before(() => order.push('before b'));
  await t.test('c', (inner) => order.push(inner.fullName));
});

process.on('exit', () => {
  assert.deepStrictEqual(order, [
    'before',
    'before suite', 'each a', 'inner each', 'a', 'inner done', 'each done a true', 'after suite',
    'each b', 'before b', 'each c', 'b > c', 'each done c true', 'each done b true', 'after b',
    'after',
  ]);
});
