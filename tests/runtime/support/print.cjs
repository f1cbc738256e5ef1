// The same from CommonJS: the package is ESM only, and Node can require that.

const packages = {
  api: require("edge-mfa"),
  client: require("edge-mfa/client"),
  server: require("edge-mfa/server"),
  memory: require("edge-mfa/store/memory"),
};
const { run } = require("../suite.js");

run(packages).then((results) => console.log(JSON.stringify(results)));
