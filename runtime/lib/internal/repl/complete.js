'use strict';

// What can stand at the end of a line: commands, modules, members of objects, globals.

const { publicBuiltinIds } = require('internal/bootstrap/realm');
const fs = require('fs');
const path = require('path');

const kRequire = /\brequire\s*\(\s*['"`](([\w@./:-]+\/)?(?:[\w@./:-]*))(?![^'"`])$/;
const kImport = /\bimport\s*\(\s*['"`](([\w@./:-]+\/)?(?:[\w@./:-]*))(?![^'"`])$/;
const kFile = /\bfs(?:\.promises)?\.\s*[a-z][a-zA-Z]+\(\s*["'](.*)$/;
const kIdentifier = /^[a-zA-Z_$][\w$]*$/;
const keywords = [
  'async', 'await', 'break', 'case', 'catch', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else',
  'export', 'false', 'finally', 'for', 'function', 'if', 'import', 'in', 'instanceof', 'let', 'new', 'null', 'return',
  'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void', 'while', 'with', 'yield',
];

// What a program adds to repl.builtinModules is completed too.
const builtinModules = () => require('repl').moduleNames();

function complete(repl, line, callback) {
  line = line.trimStart();
  let match;
  if ((match = /^\s*\.(\w*)$/.exec(line)) !== null) {
    const names = Object.keys(repl.commands).toSorted();
    callback(null, [names.filter((name) => name.startsWith(match[1])), match[1]]);
  } else if (repl.allowBlockingCompletions && (match = kFile.exec(line)) !== null) {
    callback(null, completeFile(match[1]));
  } else if ((match = kRequire.exec(line)) !== null || (match = kImport.exec(line)) !== null) {
    callback(null, completeModule(repl, match[1], kRequire.test(line)));
  } else {
    completeExpression(repl, line, callback);
  }
}

function completeModule(repl, start, isRequire) {
  const groups = [];
  const folder = /^\.\.?\//.test(start) ? [process.cwd()] : start.startsWith('/') ? ['/'] : undefined;
  const sub = start.includes('/') ? start.slice(0, start.lastIndexOf('/') + 1) : '';
  const extensions = isRequire ? Object.keys(repl.context.require?.extensions ?? { '.js': 0 }) : ['.js', '.mjs', '.cjs'];
  const found = [];
  for (const base of folder ?? repl.context.module?.paths ?? []) {
    let entries;
    try {
      entries = fs.readdirSync(path.resolve(base, sub), { withFileTypes: true });
    } catch {
      continue;
    }
    for (const entry of entries) {
      const extension = path.extname(entry.name);
      const name = path.basename(entry.name, isRequire ? extension : '');
      if (entry.isDirectory() || entry.isSymbolicLink()) found.push(`${sub}${entry.name}${folder ? '/' : ''}`);
      else if (extensions.includes(extension) && !(isRequire && sub === '' && name === 'index')) found.push(`${sub}${name}`);
    }
  }
  const matching = [...new Set(found)].filter((name) => name.startsWith(start));
  if (matching.length > 0) groups.push(matching.toSorted());
  if (folder === undefined) {
    const ids = builtinModules();
    const schemed = publicBuiltinIds().filter((id) => id[0] !== '_')
      .map((id) => (id.startsWith('node:') ? id : `node:${id}`));
    const all = [...ids, ...schemed];
    const builtins = all.filter((name) => name.startsWith(start));
    if (builtins.length > 0) groups.push(builtins);
  }
  return [joined(groups, start), start];
}

// The names of all groups, those of a later group before those of an earlier one and an empty text between them, each
// name once, where its first group has it. `filter` is taken without regard to case, as browsers' consoles do.
function joined(groups, filter = '') {
  const seen = new Set(['']);
  const wanted = filter.toLowerCase();
  let result = [];
  for (const group of groups) {
    const fresh = [...new Set(group)].filter((name) => !seen.has(name) && name.toLowerCase().startsWith(wanted)).toSorted();
    if (fresh.length === 0) continue;
    for (const name of fresh) seen.add(name);
    result = result.length === 0 ? fresh : [...fresh, '', ...result];
  }
  return result;
}

const legacy = ['__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__'];
function ownNames(object) {
  const root = Object.getPrototypeOf(object) === null;
  return Object.getOwnPropertyNames(object)
    .filter((name) => kIdentifier.test(name) && !(root && legacy.includes(name)));
}

function parse(text) {
  const { Parser } = require('internal/deps/acorn/dist/acorn');
  try {
    return Parser.parse(text, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true });
  } catch {
    return undefined;
  }
}

// The last operand of `line`, as text: `a.b` of `x = new a.b`. Null when there is none, undefined when the line
// cannot be parsed.
function lastOperand(line) {
  // An end that is a dot alone becomes one with a name; from the left, what does not parse is dropped.
  const dotted = /\.$/.test(line);
  const text = dotted ? `${line}_` : line;
  for (let from = 0; from < text.length; from++) {
    if (from > 0 && /[\w$]/.test(text[from]) && /[\w$.]/.test(text[from - 1])) continue;
    const rest = text.slice(from);
    if (/^[\s.]/.test(rest)) continue;
    if (rest[0] === '[' && from > 0 && /[\w$.)\]]/.test(text[from - 1])) return undefined; // a member of what did not parse
    const program = parse(rest) ?? (rest[0] === '{' ? parse(`(${rest})`) : undefined);
    const node = program?.body.at(-1);
    if (node === undefined) continue;
    const found = operandOf(node, rest.length);
    if (found === undefined) return null;
    const operand = rest.slice(found.start, found.end);
    return { text: dotted ? operand.slice(0, -1) : operand, dotted };
  }
  return undefined;
}

// Down the right side of what is parsed.
function operandOf(node) {
  for (;;) {
    switch (node?.type) {
      case 'ExpressionStatement':
      case 'ChainExpression': node = node.expression; break;
      case 'VariableDeclaration': node = node.declarations.at(-1).init ?? undefined; break;
      case 'AssignmentExpression':
      case 'BinaryExpression':
      case 'LogicalExpression': node = node.right; break;
      case 'UnaryExpression':
      case 'AwaitExpression':
      case 'YieldExpression':
      case 'ReturnStatement':
      case 'ThrowStatement':
      case 'SpreadElement': node = node.argument; break;
      case 'NewExpression':
        if (node.callee.end !== node.end) return node;
        node = node.callee;
        break;
      case 'ConditionalExpression': node = node.alternate; break;
      case 'SequenceExpression': node = node.expressions.at(-1); break;
      default: return node ?? undefined;
    }
  }
}

function completeExpression(repl, line, callback) {
  if (line.length !== 0 && !/[\w.$]$/.test(line)) return callback(null, [[], undefined]);
  if (line === '') return completeNames(repl, '', callback);
  const operand = lastOperand(line);
  if (operand === null) return callback(null, [[], undefined]);
  if (operand === undefined) {
    const name = /(?:^|[^\w$.])([A-Za-z_$][\w$]*)$/.exec(line)?.[1];
    return name === undefined ? callback(null, [[], undefined]) : completeNames(repl, name, callback);
  }
  const { text, dotted } = operand;
  const at = dotted ? text.length - 1 : text.lastIndexOf('.');
  if (at < 0 || (!dotted && !/^\.[\w$]*$/.test(text.slice(at)))) {
    return kIdentifier.test(text) ? completeNames(repl, text, callback) : callback(null, [[], text]);
  }
  const optional = text[at - 1] === '?';
  const object = text.slice(0, optional ? at - 1 : at);
  const prefix = text.slice(0, at + 1);
  if (/^\d+$/.test(object)) return callback(null, [[], text]);
  const program = parse(`(${object})`);
  const value = program === undefined ? kRefused : valueOf(repl, program.body[0].expression, `(${object})`);
  if (value === kRefused || value === null || value === undefined) return callback(null, [[], text]);
  const groups = [];
  try {
    let holder = Object(value);
    if (holder !== value) holder = Object.getPrototypeOf(holder);
    for (let depth = 0; holder !== null && depth < 6; depth++, holder = Object.getPrototypeOf(holder)) {
      groups.push(ownNames(holder).map((name) => prefix + name));
    }
  } catch {
    // Half of the names is better than none.
  }
  return callback(null, [joined(groups, text), text]);
}

const kRefused = Symbol('refused');

function runQuietly(repl, source) {
  const vm = require('vm');
  try {
    const script = new vm.Script(source, { filename: 'completion' });
    const options = { displayErrors: false };
    return repl.useGlobal ? script.runInThisContext(options) : script.runInContext(repl.context, options);
  } catch {
    return kRefused;
  }
}

// The value of an expression that no function has to run for: kRefused where a getter, a proxy, a call or the like is
// on the way.
function valueOf(repl, node, text) {
  const { isProxy } = require('internal/util/types');
  const checked = (value) => (isProxy(value) ? kRefused : value);
  switch (node.type) {
    case 'MemberExpression': {
      const object = valueOf(repl, node.object, text);
      if (object === kRefused || object === null || object === undefined) return object;
      if (node.property.type === 'PrivateIdentifier') return kRefused;
      const key = node.computed ? valueOf(repl, node.property, text) : node.property.name;
      if (key === kRefused || (typeof key === 'object' && key !== null)) return kRefused;
      for (let holder = Object(object); holder !== null; holder = Object.getPrototypeOf(holder)) {
        if (isProxy(holder)) return kRefused;
        const descriptor = Object.getOwnPropertyDescriptor(holder, key);
        if (descriptor === undefined) continue;
        // Built-ins of ours that are loaded when they are touched do no harm.
        const ours = holder === repl.context || holder === globalThis;
        if (descriptor.get !== undefined && !(ours && builtinModules().includes(key))) return kRefused;
        return checked(object[key]);
      }
      return undefined;
    }
    case 'ChainExpression':
    case 'ParenthesizedExpression': return valueOf(repl, node.expression, text);
    case 'ConditionalExpression': {
      const test = valueOf(repl, node.test, text);
      return test === kRefused ? kRefused : valueOf(repl, test ? node.consequent : node.alternate, text);
    }
    case 'BinaryExpression': {
      const left = valueOf(repl, node.left, text);
      const right = valueOf(repl, node.right, text);
      const plain = (value) => typeof value === 'string' || typeof value === 'number';
      if (!plain(left) || !plain(right)) return kRefused;
      return runQuietly(repl, `${JSON.stringify(left)} ${node.operator} ${JSON.stringify(right)}`);
    }
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? node.quasis[0].value.cooked : kRefused;
    case 'Identifier':
    case 'ThisExpression':
    case 'Literal':
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression': {
      if (node.type === 'ArrayExpression' && node.elements.some((each) => each?.type !== 'Literal')) return kRefused;
      if (node.type === 'ObjectExpression' &&
          node.properties.some((each) => each.computed || each.value?.type !== 'Literal')) return kRefused;
      if (node.type === 'ClassExpression' && node.body.body.length > 0) return kRefused;
      return checked(runQuietly(repl, `(${text.slice(node.start, node.end)})`));
    }
    default: return kRefused;
  }
}

// Global names: what the session declared, the context's own, those of its prototypes, and keywords.
function completeNames(repl, filter, callback) {
  const groups = [[...repl[kDeclared] ?? []].filter((name) => runQuietly(repl, `typeof ${name}; true`) === true)];
  const root = repl.useGlobal ? globalThis : runQuietly(repl, 'globalThis');
  for (let holder = Object.getPrototypeOf(root); holder !== null; holder = Object.getPrototypeOf(holder)) {
    groups.push(ownNames(holder));
  }
  groups.push([...ownNames(root), ...(repl.useGlobal ? [] : ownNames(repl.context))]);
  if (filter !== '') groups.push(keywords);
  callback(null, [joined(groups, filter), filter]);
}

// Names of let, const and class, which no object has.
const kDeclared = Symbol('declared names');
function noteDeclarations(repl, source) {
  repl[kDeclared] ??= new Set();
  if (!/\b(?:let|const|class)\b/.test(source)) return;
  for (const node of parse(source)?.body ?? []) {
    if (node.type === 'ClassDeclaration') repl[kDeclared].add(node.id.name);
    if (node.type !== 'VariableDeclaration') continue;
    const { boundNames } = require('internal/repl/await');
    for (const { id } of node.declarations) for (const name of boundNames(id, [])) repl[kDeclared].add(name);
  }
}

// Files, in the text that a function of fs is called with.
function completeFile(typed) {
  const folder = typed.includes('/') ? typed.slice(0, typed.lastIndexOf('/') + 1) : '';
  let start = typed.slice(folder.length);
  let base = path.resolve(folder === '' ? '.' : folder);
  const inside = path.resolve(typed);
  try {
    if (start !== '' && fs.statSync(inside).isDirectory()) {
      base = inside;
      start = '';
    }
  } catch {
    // The beginning of a name.
  }
  try {
    return [joined([fs.readdirSync(base)], start), start];
  } catch {
    return [[], start];
  }
}

module.exports = { complete, noteDeclarations };
