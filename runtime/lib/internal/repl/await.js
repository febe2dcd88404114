'use strict';

// `await` at the top level of what is typed: the text becomes an async function that is called at once, and what it
// declares is declared outside of it, so that later lines see it.

const {
  ArrayPrototypeJoin, ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeSort, SafeSet, StringPrototypeSlice,
} = primordials;

const kBefore = '(async () => { ';
const kAfter = ' })()';

// Names that a pattern binds, in their order.
function boundNames(pattern, names) {
  switch (pattern?.type) {
    case 'Identifier': ArrayPrototypePush(names, pattern.name); break;
    case 'ObjectPattern':
      for (const property of pattern.properties) boundNames(property.value ?? property.argument, names);
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) boundNames(element, names);
      break;
    case 'AssignmentPattern': boundNames(pattern.left, names); break;
    case 'RestElement': boundNames(pattern.argument, names); break;
  }
  return names;
}

const functions = new SafeSet(['FunctionExpression', 'ArrowFunctionExpression', 'MethodDefinition', 'StaticBlock']);

class Rewriting {
  awaits = false;
  returns = false;
  outside = []; // declarations
  #edits = []; // [place, order, text, how many characters it replaces]

  constructor(source, body) {
    this.source = source;
    this.body = body;
  }

  edit(at, text, replaced = 0) { ArrayPrototypePush(this.#edits, [at, this.#edits.length, text, replaced]); }

  result() {
    ArrayPrototypeSort(this.#edits, (a, b) => a[0] - b[0] || a[1] - b[1]);
    let text = '';
    let at = 0;
    for (const { 0: place, 2: inserted, 3: replaced } of this.#edits) {
      text += StringPrototypeSlice(this.source, at, place) + inserted;
      at = place + replaced;
    }
    return text + StringPrototypeSlice(this.source, at);
  }

  walk(node, parent) {
    if (functions.has(node.type)) return;
    switch (node.type) {
      case 'AwaitExpression': this.awaits = true; break;
      case 'ReturnStatement': this.returns = true; break;
      case 'ForOfStatement': if (node.await) this.awaits = true; break;
      case 'FunctionDeclaration': {
        const { name } = node.id;
        this.edit(node.start, `this.${name} = ${name}; `);
        ArrayPrototypePush(this.outside, `var ${name}; `);
        return;
      }
      case 'ClassDeclaration':
        if (parent === this.body) {
          const { name } = node.id;
          this.edit(node.start, `${name}=`);
          ArrayPrototypePush(this.outside, `let ${name}; `);
        }
        break;
      case 'VariableDeclaration': this.#declaration(node, parent); break;
    }
    this.#children(node);
  }

  #children(node) {
    for (const key in node) {
      const value = node[key];
      if (value === null || typeof value !== 'object') continue;
      if (typeof value.type === 'string') {
        this.walk(value, node);
      } else if (value.length > 0 && typeof value[0]?.type !== 'undefined' || value[0] === null) {
        for (const each of value) if (each !== null) this.walk(each, node);
      }
    }
  }

  // `var a = 1, {b} = c` becomes `void ( (a = 1), ({b} = c))`. let, const and the like stay where they are in a block.
  #declaration(node, parent) {
    if (node.kind !== 'var' && parent !== this.body) return;
    const names = [];
    for (const { id } of node.declarations) boundNames(id, names);
    ArrayPrototypePush(this.outside, `${node.kind === 'var' ? 'var' : 'let'} ${ArrayPrototypeJoin(names, ', ')}; `);
    const { kind, declarations } = node;
    const isHead = (parent.type === 'ForOfStatement' || parent.type === 'ForInStatement') && parent.left === node;
    if (isHead) {
      this.edit(node.start, '', declarations[0].start - node.start);
      return;
    }
    const several = declarations.length > 1;
    this.edit(node.start, several ? 'void (' : 'void', kind.length);
    for (const { start, end, init } of declarations) {
      this.edit(start, '(');
      this.edit(end, init === null || init === undefined ? '=undefined)' : ')');
    }
    if (several) this.edit(declarations[declarations.length - 1].end, ')');
  }
}

// The text to run in place of `source`, whose promise gives { value } when it ends in an expression. Null when there
// is nothing to do: no await of its own, or something that a function cannot do for a script. Throws acorn's error.
function processTopLevelAwait(source) {
  const { parse } = require('internal/deps/acorn/dist/acorn');
  const wrapped = `${kBefore}${source}${kAfter}`;
  const program = parse(wrapped, { ecmaVersion: 'latest' });
  const { body } = program.body[0].expression.callee;
  const rewriting = new Rewriting(wrapped, body);
  for (const statement of body.body) rewriting.walk(statement, body);
  if (!rewriting.awaits || rewriting.returns) return null;

  let last = ArrayPrototypePop(body.body);
  while (last?.type === 'EmptyStatement') last = ArrayPrototypePop(body.body);
  if (last?.type === 'ExpressionStatement') {
    rewriting.edit(last.start, 'return ');
    rewriting.edit(last.expression.start, '{ value: (');
    rewriting.edit(last.expression.end, ') }');
  }
  return ArrayPrototypeJoin(rewriting.outside, '') + rewriting.result();
}

module.exports = { boundNames, kBefore, processTopLevelAwait };
