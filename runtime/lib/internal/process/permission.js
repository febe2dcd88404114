'use strict';

// process.permission, under --permission and --permission-audit. https://nodejs.org/api/permissions.html

const { ObjectDefineProperty, ObjectFreeze, StringPrototypeIncludes } = primordials;
const binding = internalBinding('permission');
const { Buffer } = require('buffer');
const { getOptionValue } = require('internal/options');
const { isUint8Array } = require('internal/util/types');
const { validateString } = require('internal/validators');

function referenceOf(reference) {
  if (reference === undefined) return undefined;
  if (isUint8Array(reference)) return Buffer.from(reference).toString();
  validateString(reference, 'reference');
  return reference;
}

const permission = {
  has(scope, reference) {
    validateString(scope, 'scope');
    return binding.has(scope, referenceOf(reference));
  },
  drop(scope, reference) {
    validateString(scope, 'scope');
    const resource = referenceOf(reference);
    binding.drop(scope, resource);
    for (const name of scopes[scope] ?? []) tell(name, { permission: name, resource: resource ?? '', drop: true });
  },
};

const channels = {
  __proto__: null, FileSystemRead: 'fs', FileSystemWrite: 'fs', ChildProcess: 'child', WorkerThreads: 'worker', Addon: 'addon',
  Inspector: 'inspector', WASI: 'wasi',
};

// As has() and drop() name them.
const scopes = {
  '__proto__': null, 'fs': ['FileSystemRead', 'FileSystemWrite'], 'fs.read': ['FileSystemRead'],
  'fs.write': ['FileSystemWrite'], 'child': ['ChildProcess'], 'worker': ['WorkerThreads'], 'addon': ['Addon'],
  'inspector': ['Inspector'], 'wasi': ['WASI'],
};

// To those who listen; what a listener may not do either is not told.
let telling = false;
function tell(name, message) {
  const scope = channels[name];
  if (scope === undefined || telling) return;
  const channel = require('diagnostics_channel').channel(`node:permission-model:${scope}`);
  if (!channel.hasSubscribers) return;
  telling = true;
  try {
    channel.publish(message);
  } finally {
    telling = false;
  }
}

// Flags that let a program do what no rule then sees, in the order of their warnings' codes; 3 is nobody's.
const cautions = [
  ['--allow-addons', 'PERM0001'], ['--allow-child-process', 'PERM0002'], ['--allow-inspector', 'PERM0004'],
  ['--allow-wasi', 'PERM0005'], ['--allow-worker', 'PERM0006'], ['--allow-openssl-store', 'PERM0007'],
];

function setUpPermission(isMainThread) {
  ObjectDefineProperty(process, 'permission', {
    __proto__: null, value: ObjectFreeze(permission), writable: false, enumerable: true, configurable: false,
  });
  binding.onDenied((name, resource) => tell(name, { permission: name, resource }));
  if (!isMainThread) return;
  for (const { 0: flag, 1: code } of cautions) {
    if (!getOptionValue(flag)) continue;
    process.emitWarning(`The flag ${flag} must be used with extreme caution. It could invalidate the permission model.`,
                        { type: 'SecurityWarning', code });
  }
}

// The options of this process that its children are to have: put into their NODE_OPTIONS.
function inheritedOptions() {
  const options = [getOptionValue('--permission') ? '--permission' : '--permission-audit'];
  for (const flag of ['--allow-fs-read', '--allow-fs-write']) {
    for (const path of getOptionValue(flag)) {
      options.push(StringPrototypeIncludes(path, ' ') ? `"${flag}=${path}"` : `${flag}=${path}`);
    }
  }
  for (const { 0: flag } of cautions) if (getOptionValue(flag)) options.push(flag);
  return options.join(' ');
}

// NODE_OPTIONS for a child, out of what it would have had; undefined to leave it.
function optionsForChild(args, nodeOptions) {
  const says = (words) => words.some((word) => word === '--permission' || word === '--permission-audit');
  if (says(args) || (nodeOptions !== undefined && says(`${nodeOptions}`.split(/\s+/)))) return undefined;
  return nodeOptions === undefined || nodeOptions === '' ? inheritedOptions() : `${nodeOptions} ${inheritedOptions()}`;
}

module.exports = { optionsForChild, setUpPermission };
