'use strict';

// Private state on objects of constructors that are functions: Node's can say what is wrong when they are called
// without `new`, which a class cannot. A class whose parent returns the object to be initialized puts its private field
// there.

const { ObjectDefineProperty, TypeError } = primordials;

class Given {
  constructor(object) { return object; }
}

// One kind of object. get() throws, as native methods do, for an object that is not of that kind.
function makeBrand() {
  return class Brand extends Given {
    #state;

    constructor(object, state) {
      super(object);
      this.#state = state;
    }

    static get(object) {
      if (typeof object !== 'object' || object === null || !(#state in object)) throw new TypeError('Illegal invocation');
      return object.#state;
    }

    static has(object) {
      return typeof object === 'object' && object !== null && #state in object;
    }
  };
}

// Native classes' methods are enumerable and have no length; so are these.
function addMethods(constructor, methods) {
  const { prototype } = constructor;
  for (const name in methods) {
    ObjectDefineProperty(methods[name], 'name', { __proto__: null, value: name, configurable: true });
    ObjectDefineProperty(methods[name], 'length', { __proto__: null, value: 0, configurable: true });
    prototype[name] = methods[name];
  }
  ObjectDefineProperty(constructor, 'length', { __proto__: null, value: 0, configurable: true });
}

module.exports = { addMethods, makeBrand };
