// node openapi.mjs FILE: whether the document is OpenAPI 3.1, judged by Redocly; node openapi.mjs FILE URL KEY: whether a running service answers as it says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createConfig, lint } from "@redocly/openapi-core";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const [file, api, key] = process.argv.slice(2);
const document = JSON.parse(await readFile(file, "utf8"));
assert.match(document.openapi, /^3\.1\./);

async function judge() {
  // Ids of webhooks begin with wh_: /v1/webhooks/deliveries/{id} is not one of /v1/webhooks/{id}/rotate.
  const problems = await lint({ ref: file, config: await createConfig({ extends: ["recommended"], rules: { "no-ambiguous-paths": "off" } }) });
  assert.deepEqual(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`), []);
}

const ajv = formats.default(new Ajv({ strict: false, allErrors: true, formats: { int32: true, int64: true, uint64: true, float: true, double: true, binary: true, byte: true } }));
ajv.addSchema(document, "api");
const escape = (part) => part.replaceAll("~", "~0").replaceAll("/", "~1");
const answered = new Set();

/** Sends a request as an operation describes it, and holds the answer against what the operation says of its status. */
async function call(method, path, { query = "", body, form, headers = {}, expected = 200, ...parameters } = {}) {
  const operation = document.paths[path][method];
  assert.ok(operation, `${method} ${path}`);
  const address = path.replace("/v1", "").replace(/\{(\w+)\}/g, (_, name) => parameters[name]);
  const response = await fetch(`${api}${address}${query}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: form ?? (body === undefined ? undefined : JSON.stringify(body)),
    redirect: "manual",
  });
  const text = await response.text();
  assert.equal(response.status, expected, `${method} ${path}: ${text.slice(0, 300)}`);
  let described = operation.responses[response.status];
  assert.ok(described, `${method} ${path} does not say ${response.status}`);
  const reference = described.$ref?.slice(2).split("/");
  if (reference) described = document.components.responses[reference[2]];
  const pointer = reference ? `#/components/responses/${escape(reference[2])}` : `#/paths/${escape(path)}/${method}/responses/${response.status}`;
  for (const name of Object.keys(described.headers ?? {}).filter((name) => !name.startsWith("RateLimit") && name !== "Retry-After"))
    assert.ok(response.headers.has(name), `${method} ${path} ${response.status} lacks ${name}`);
  const type = response.headers.get("content-type")?.split(";")[0];
  if (type === undefined) return undefined;
  assert.ok(described.content?.[type], `${method} ${path} ${response.status} does not say ${type}`);
  if (type !== "application/json") return text;
  const validate = ajv.getSchema(`api${encodeURI(pointer)}/content/${escape(type).replaceAll("/", "~1")}/schema`);
  assert.ok(validate, `no schema at ${pointer}`);
  const answer = JSON.parse(text);
  assert.ok(validate(answer), `${method} ${path} ${response.status}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 600)}`);
  if (body !== undefined && expected < 300) {
    const asked = ajv.getSchema(`api#/paths/${escape(path)}/${method}/requestBody/content/application~1json/schema`);
    assert.ok(asked(body), `${method} ${path}: ${ajv.errorsText(asked.errors)} of the request`);
  }
  answered.add(`${method} ${path} ${response.status}`);
  return answer;
}

async function until(look, isThere) {
  for (let i = 0; i < 600; i++) {
    const seen = await look();
    if (isThere(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail("waited for too long");
}

async function live() {
  const served = await (await fetch(new URL("/openapi.json", api))).json();
  assert.deepEqual(served, document, "the service serves another document");

  const long = await call("post", "/v1/jobs", { body: { prompt: "a red fox", n: 10, steps: 900, metadata: { order: "17" }, priority: "batch" }, headers: { "idempotency-key": `k${process.pid}${Date.now()}` }, expected: 202 });
  await call("get", "/v1/jobs/{id}", { id: long.id });
  await call("delete", "/v1/jobs/{id}", { id: long.id });
  const quick = await call("post", "/v1/jobs", { body: { prompt: "a red fox", seed: 7, steps: 2, guidance: 1.5, negative_prompt: "a dog", size: "64x64" }, expected: 202 });
  await call("get", "/v1/jobs/{id}/events", { id: quick.id });
  const done = await call("get", "/v1/jobs/{id}", { id: quick.id });
  assert.equal(done.status, "completed");
  await call("get", "/v1/jobs", { query: "?limit=1&status=completed" });
  await call("get", "/v1/jobs", { query: "?colour=red", expected: 400 });
  await call("get", "/v1/jobs/{id}", { id: "job_0", expected: 404 });
  await call("post", "/v1/jobs/{id}/retry", { id: quick.id, expected: 409 });
  const refused = await call("post", "/v1/jobs", { body: { prompt: "a nude woman" }, expected: 202 });
  await until(() => call("get", "/v1/jobs/{id}", { id: refused.id }), (job) => job.status === "failed");
  await call("post", "/v1/jobs/{id}/retry", { id: refused.id, expected: 202 });

  await call("post", "/v1/images/generations", { body: { model: "dall-e-3", prompt: "a red fox", response_format: "url" } });
  await call("post", "/v1/images/generations", { body: { prompt: "a red fox", output_format: "webp", quality: "low" } });
  await call("post", "/v1/images/generations", { body: { prompt: "a red fox", n: 99 }, expected: 400 });
  await call("post", "/v1/images/generations", { body: { prompt: "a red fox" }, headers: { authorization: "Bearer lmn_nobody" }, expected: 401 });
  await call("get", "/v1/images/{id}/file", { id: "img_0", query: "?format=png&quality=100&expires=1&signature=a", expected: 403 });
  const { data } = await call("get", "/v1/models");
  await call("get", "/v1/models/{id}", { id: data[0].id });
  await call("get", "/v1/models/{id}", { id: "gpt-9", expected: 404 });
  await call("post", "/v1/moderations", { body: { input: ["a killer whale", "a nude woman"] } });

  const hook = await call("post", "/v1/webhooks", { body: { url: "http://127.0.0.1:9999/", events: ["job.failed"] }, expected: 201 });
  await call("get", "/v1/webhooks");
  await call("get", "/v1/webhooks/{id}", { id: hook.id });
  await call("patch", "/v1/webhooks/{id}", { id: hook.id, body: { events: ["job.completed"] } });
  await call("post", "/v1/webhooks/{id}/rotate", { id: hook.id, body: { overlap_seconds: 60 } });
  const sent = await call("post", "/v1/webhooks/{id}/test", { id: hook.id, expected: 202 });
  await until(() => call("get", "/v1/webhooks/deliveries/{id}", { id: sent.id }), (delivery) => delivery.status === "failed");
  await call("post", "/v1/webhooks/deliveries/{id}/replay", { id: sent.id, expected: 202 });
  await call("get", "/v1/webhooks/deliveries", { query: `?webhook=${hook.id}` });
  await call("delete", "/v1/webhooks/{id}", { id: hook.id, expected: 204 });
  await call("get", "/v1/webhooks/signing_secret");

  const form = new FormData();
  form.append("purpose", "batch");
  form.append("file", new Blob([JSON.stringify({ custom_id: "a", method: "POST", url: "/v1/jobs", body: { prompt: "a red fox" } })]), "night.jsonl");
  const upload = await call("post", "/v1/files", { form });
  await call("get", "/v1/files");
  await call("get", "/v1/files/{id}", { id: upload.id });
  await call("get", "/v1/files/{id}/content", { id: upload.id });
  const batch = await call("post", "/v1/batches", { body: { input_file_id: upload.id, endpoint: "/v1/jobs", completion_window: "24h" } });
  await until(() => call("get", "/v1/batches/{id}", { id: batch.id }), (seen) => seen.status === "completed");
  await call("post", "/v1/batches/{id}/cancel", { id: batch.id, expected: 409 });
  await call("get", "/v1/batches", { query: "?limit=1" });
  await call("delete", "/v1/files/{id}", { id: upload.id });

  const made = await call("post", "/v1/keys", { body: { tenant: `t${process.pid}`, scopes: ["read"], monthly_images: 10 }, expected: 201 });
  await call("get", "/v1/keys", { query: `?tenant=t${process.pid}` });
  await call("get", "/v1/keys/{id}", { id: made.id });
  await call("post", "/v1/jobs", { body: { prompt: "a red fox" }, headers: { authorization: `Bearer ${made.key}` }, expected: 403 });
  await call("delete", "/v1/keys/{id}", { id: made.id });
  await call("get", "/v1/usage");
  assert.ok(answered.size >= 40, `${answered.size} kinds of answers`);
}

await judge();
if (api) await live();
console.log("ok");
