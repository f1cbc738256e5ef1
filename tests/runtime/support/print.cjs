// The same from CommonJS: the package is ESM only, and Node can require that.

const api = require("edge-mfa");
const { run } = require("../suite.js");

run(api).then((results) => console.log(JSON.stringify(results)));
