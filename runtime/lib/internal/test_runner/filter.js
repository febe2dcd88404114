'use strict';

// Which tests are to run: by name, by tag and by `only`. Spec: Node 24, test.md, "Filtering tests by name", "only tests"
// and "Test tags".

// Names of the test's ancestors and its own, the outermost first.
function namesOf(node) {
  const names = [];
  for (let at = node; at.parent !== null; at = at.parent) names.unshift(at.name);
  return names;
}

function matches(patterns, node, fullName) {
  for (const pattern of patterns) {
    pattern.lastIndex = 0; // a pattern with the flags g or y begins anew
    if (pattern.test(node.name)) return true;
    pattern.lastIndex = 0;
    if (pattern.test(fullName())) return true;
  }
  return false;
}

// Is the node left out by its name? What lies in a suite or test that was chosen by name is chosen with it.
function isFilteredByName(node, config) {
  const { namePatterns, skipPatterns } = config;
  if (namePatterns === null && skipPatterns === null) return false;
  let full;
  const fullName = () => (full ??= namesOf(node).join(' '));
  if (namePatterns !== null) {
    node.isChosenByName = node.parent.isChosenByName || matches(namePatterns, node, fullName);
    if (!node.isChosenByName) return true;
  }
  return skipPatterns !== null && matches(skipPatterns, node, fullName);
}

function isFilteredByTag(node, config) {
  return config.tagFilters.some((tag) => !node.tags.includes(tag));
}

// Decides for a test that is being declared whether it is left out.
function filter(node, config) {
  const { parent } = node;
  const isAsked = node.only === true;
  if (isAsked) {
    for (let at = parent; at !== null; at = at.parent) at.hasOnlyDescendant = true;
  }
  const inherits = !parent.isSuite && parent.parent !== null;
  if (node.only === undefined && inherits) node.only = Boolean(parent.only && !parent.runOnlySubtests) || undefined;
  node.isFilteredByName = isFilteredByName(node, config);
  node.isFilteredByTag = isFilteredByTag(node, config);
  // Where files have processes of their own, the runner has to say that it wants these tests only.
  const hasSay = config.only || !config.isChild;
  if (!hasSay && (isAsked || parent.runOnlySubtests)) {
    node.diagnostic("'only' and 'runOnly' require the --test-only command-line option.");
  }
  node.isFilteredByOnly = hasSay && (config.only || parent.runOnlySubtests) && !node.only;
  node.isFiltered = node.isFilteredByName || node.isFilteredByTag || node.isFilteredByOnly;
  if (node.isFiltered) parent.filteredCount++;
}

// After a suite declared its tests: a suite with `only` of which no descendant has it runs all of them; a suite is
// left out when all that it declared is.
function settleSuite(suite) {
  if (suite.only && !suite.hasOnlyDescendant) chooseAll(suite);
  if (!suite.isFiltered) return;
  if (suite.subtests.some((node) => !node.isFiltered)) {
    suite.isFiltered = false;
    suite.parent.filteredCount--;
  }
}

// Where one test has `only`, those without it are left out: for tests that are declared and do not run yet.
function applyOnly(parent) {
  for (const node of parent.subtests) {
    if (node.isSuite) {
      applyOnly(node);
      if (node.only && !node.hasOnlyDescendant) continue;
      if (node.subtests.some((child) => !child.isFiltered) && node.hasOnlyDescendant) continue;
    } else if (node.only) {
      continue;
    }
    node.isFilteredByOnly = true;
    if (node.isFiltered) continue;
    node.isFiltered = true;
    parent.filteredCount++;
  }
}

function chooseAll(suite) {
  for (const node of suite.subtests) {
    if (node.isFilteredByOnly && node.only !== false) {
      node.isFilteredByOnly = false;
      if (node.isFiltered && !node.isFilteredByName && !node.isFilteredByTag) {
        node.isFiltered = false;
        suite.filteredCount--;
      }
    }
    if (node.isSuite) chooseAll(node);
  }
}

module.exports = { applyOnly, filter, settleSuite };
