'use strict';

// How objects of our own classes go to other realms: what core/message.cc asks of them.
//
//   markTransferMode(object, cloneable, transferable)   in the constructor; an object marked with neither cannot go at all
//   object[kClone]() -> { data, deserializeInfo }       data can be cloned; deserializeInfo is 'builtin id:export', a function
//                                                       that makes the object of the data in the other realm
//   object[kTransfer]() -> the same                     of what moves; the object is unusable afterwards
//   object[kTransferList]() -> array                    what has to move along with the data
//   object[kDetached] === true                          once it has moved

const binding = internalBinding('messaging');
const { lazyDOMException } = require('internal/util');

const { clone: kClone, transfer: kTransfer, transferList: kTransferList, detached: kDetached } = binding.symbols;
const kTransferable = 1;
const kCloneable = 2;

function markTransferMode(object, cloneable, transferable) {
  binding.setTransferMode(object, (cloneable ? kCloneable : 0) | (transferable ? kTransferable : 0));
}

// Set when a realm starts to pass messages: none can come before.
function setup() {
  binding.setDataCloneError((message) => lazyDOMException(message, 'DataCloneError'));
  binding.setReviver((info, data) => {
    const end = info.lastIndexOf(':');
    return require(info.slice(0, end))[info.slice(end + 1)](data);
  });
}
setup();

module.exports = { kClone, kDetached, kTransfer, kTransferList, markTransferMode };
