'use strict';

function secretKeyBytes() {
  return undefined;
}

module.exports = { secretKeyBytes };
