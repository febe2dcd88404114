'use strict';

// DOMException. Spec: Web IDL, "DOMException".

const { ErrorCaptureStackTrace, Error, ObjectDefineProperties, ObjectDefineProperty, ObjectSetPrototypeOf, SymbolToStringTag } = primordials;

const kCodes = {
  __proto__: null,
  IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
  NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11,
  SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17,
  SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
  InvalidNodeTypeError: 24, DataCloneError: 25,
};
const kConstants = [
  ['INDEX_SIZE_ERR', 1], ['DOMSTRING_SIZE_ERR', 2], ['HIERARCHY_REQUEST_ERR', 3], ['WRONG_DOCUMENT_ERR', 4],
  ['INVALID_CHARACTER_ERR', 5], ['NO_DATA_ALLOWED_ERR', 6], ['NO_MODIFICATION_ALLOWED_ERR', 7], ['NOT_FOUND_ERR', 8],
  ['NOT_SUPPORTED_ERR', 9], ['INUSE_ATTRIBUTE_ERR', 10], ['INVALID_STATE_ERR', 11], ['SYNTAX_ERR', 12],
  ['INVALID_MODIFICATION_ERR', 13], ['NAMESPACE_ERR', 14], ['INVALID_ACCESS_ERR', 15], ['VALIDATION_ERR', 16],
  ['TYPE_MISMATCH_ERR', 17], ['SECURITY_ERR', 18], ['NETWORK_ERR', 19], ['ABORT_ERR', 20], ['URL_MISMATCH_ERR', 21],
  ['QUOTA_EXCEEDED_ERR', 22], ['TIMEOUT_ERR', 23], ['INVALID_NODE_TYPE_ERR', 24], ['DATA_CLONE_ERR', 25],
];

const kState = Symbol('kState');

function stateOf(exception) {
  const state = exception?.[kState];
  if (state === undefined) {
    const { codes: { ERR_INVALID_THIS } } = require('internal/errors');
    throw new ERR_INVALID_THIS('DOMException');
  }
  return state;
}

// Instances are Errors with a stack of their own, though their class does not extend Error.
class DOMException {
  constructor(message = '', options = 'Error') {
    const self = new Error();
    ObjectSetPrototypeOf(self, new.target.prototype);
    let name;
    let cause;
    let hasCause = false;
    if (options !== null && typeof options === 'object') {
      name = options.name;
      name = name === undefined ? 'Error' : `${name}`;
      if ('cause' in options) {
        hasCause = true;
        ({ cause } = options);
      }
    } else {
      name = `${options}`;
    }
    // Here, as an exception may be made before the rest is there.
    require('internal/worker/transfer').markTransferMode(self, true, false);
    const state = { name, message: `${message}`, code: kCodes[name] ?? 0 };
    ObjectDefineProperty(self, kState, { __proto__: null, value: state, enumerable: false });
    if (hasCause) {
      ObjectDefineProperty(self, 'cause', { __proto__: null, value: cause, configurable: true, writable: true, enumerable: false });
    }
    if (Error.stackTraceLimit) ErrorCaptureStackTrace(self, new.target);
    return self;
  }

  get name() { return stateOf(this).name; }
  get message() { return stateOf(this).message; }
  get code() { return stateOf(this).code; }
}
ObjectSetPrototypeOf(DOMException.prototype, Error.prototype);
ObjectDefineProperties(DOMException.prototype, {
  [SymbolToStringTag]: { __proto__: null, configurable: true, value: 'DOMException' },
  name: { __proto__: null, enumerable: true },
  message: { __proto__: null, enumerable: true },
  code: { __proto__: null, enumerable: true },
});
ObjectDefineProperty(DOMException.prototype, internalBinding('messaging').symbols.clone, {
  __proto__: null,
  value() {
    const { name, message } = stateOf(this);
    return { data: { name, message, stack: this.stack }, deserializeInfo: 'internal/domexception:reviveException' };
  },
});
for (const { 0: name, 1: value } of kConstants) {
  const descriptor = { __proto__: null, enumerable: true, value };
  ObjectDefineProperty(DOMException, name, descriptor);
  ObjectDefineProperty(DOMException.prototype, name, descriptor);
}

function isDOMException(value) {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, kState);
}

function reviveException({ name, message, stack }) {
  const exception = new DOMException(message, name);
  ObjectDefineProperty(exception, 'stack', { __proto__: null, value: stack, configurable: true, writable: true, enumerable: false });
  return exception;
}

module.exports = {
  reviveException, DOMException, isDOMException };
