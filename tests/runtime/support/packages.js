// What the suites run on: the entries of the package that work everywhere.

export * as api from "edge-mfa";
export * as client from "edge-mfa/client";
export * as server from "edge-mfa/server";
export * as memory from "edge-mfa/store/memory";
