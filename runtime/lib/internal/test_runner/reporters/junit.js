'use strict';

// Events as JUnit's XML, written once the run is over.

const { hostname } = require('os');
const { inspectWithNoCustomRetry } = require('internal/errors');

const kInspect = { __proto__: null, colors: false, breakLength: Infinity };

function escapeAttribute(text) {
  return escapeText(text.replace(/"/g, '&quot;').replace(/\n/g, '&#10;'));
}
function escapeText(text) {
  return text.replace(/&(?!#\d{1,7};|quot;)/g, '&amp;').replace(/</g, '&lt;');
}
function escapeComment(text) {
  return text.replace(/--/g, '&#45;&#45;');
}

function toXml(tree) {
  if (typeof tree === 'string') return `${escapeText(tree)}\n`;
  const { tag, attributes, nesting, children, comment } = tree;
  const indent = '\t'.repeat(nesting + 1);
  if (comment !== undefined) return `${indent}<!-- ${escapeComment(comment)} -->\n`;
  let text = `${indent}<${tag}`;
  for (const name of Object.keys(attributes)) text += ` ${name}="${escapeAttribute(`${attributes[name]}`)}"`;
  if (!children?.length) return `${text}/>\n`;
  return `${text}>\n${children.map(toXml).join('')}${indent}</${tag}>\n`;
}

const isFailure = (node) => node.children?.some((child) => child.tag === 'failure') ?? node.attributes?.failures > 0;
const hasFailed = (node) => node.attributes?.failure !== undefined || node.attributes?.failures > 0 || isFailure(node);
const isSkipped = (node) => node.children?.some((child) => child.tag === 'skipped') ?? false;

async function* junit(source) {
  yield '<?xml version="1.0" encoding="utf-8"?>\n';
  yield '<testsuites>\n';
  let current = null;
  const roots = [];
  // The element that a test began; events name tests by nesting alone.
  function begin(data) {
    const parent = current;
    current = {
      __proto__: null, attributes: { __proto__: null, name: data.name }, nesting: data.nesting, parent, children: [],
    };
    if (parent !== null) parent.children.push(current);
  }
  for await (const { type, data } of source) {
    switch (type) {
      case 'test:start':
        begin(data);
        break;
      case 'test:pass':
      case 'test:fail': {
        if (current === null || current.nesting !== data.nesting || current.attributes.name !== data.name) {
          begin({ __proto__: null, name: data.name, nesting: data.nesting });
        }
        const element = current;
        if (element.nesting === 0) roots.push(element);
        current = current.parent;
        settle(element, type, data);
        break;
      }
      case 'test:diagnostic':
      case 'test:log': {
        const parent = current?.children ?? roots;
        parent.push({ __proto__: null, nesting: data.nesting, comment: data.message });
        break;
      }
    }
  }
  for (const element of roots) yield toXml(element);
  yield '</testsuites>\n';
}

function settle(element, type, data) {
  const { attributes, children } = element;
  attributes.time = (data.details.duration_ms / 1000).toFixed(6);
  const tests = children.filter((child) => child.comment === undefined);
  if (tests.length > 0) {
    element.tag = 'testsuite';
    attributes.disabled = 0;
    attributes.errors = 0;
    attributes.tests = tests.length;
    attributes.failures = tests.filter(hasFailed).length;
    attributes.skipped = tests.filter(isSkipped).length;
    attributes.timestamp = new Date().toISOString();
    attributes.hostname = hostname();
    return;
  }
  element.tag = 'testcase';
  attributes.classname = data.classname ?? 'test';
  if (data.file) attributes.file = data.file;
  const nesting = data.nesting + 1;
  if (data.skip) {
    children.push({ __proto__: null, nesting, tag: 'skipped', attributes: { __proto__: null, type: 'skipped', message: data.skip } });
  }
  if (data.todo) {
    children.push({ __proto__: null, nesting, tag: 'skipped', attributes: { __proto__: null, type: 'todo', message: data.todo } });
  }
  if (type !== 'test:fail') return;
  const { error } = data.details;
  const message = `${error?.message ?? ''}`;
  children.push({
    __proto__: null,
    nesting,
    tag: 'failure',
    attributes: { __proto__: null, type: error?.failureType ?? error?.code, message: message.trim() },
    children: [inspectWithNoCustomRetry(error, kInspect)],
  });
  attributes.failure = message;
}

module.exports = junit;
