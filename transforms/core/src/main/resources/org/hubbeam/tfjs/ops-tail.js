const registered = Object.freeze({
  operations: OPERATIONS.slice().sort(),
  missing: model => ((model.artifacts && model.artifacts.userDefinedMetadata || {}).hubbeamOps || [])
    .filter(name => !OPERATIONS.includes(name)),
});
return registered;
}

if (typeof module === 'object' && module && module.exports) module.exports = registerAll;
const loaded = typeof tf === 'undefined' ? undefined : tf;
if (loaded && loaded.registerOp) root.hubbeamOps = registerAll(loaded);
})(typeof globalThis === 'undefined' ? self : globalThis);
