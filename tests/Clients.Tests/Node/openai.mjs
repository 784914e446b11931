// node openai.mjs SCENARIO URL KEY: one scenario with the package "openai"; prints "SCENARIO: ok" or fails.
import assert from "node:assert/strict";
import { File } from "node:buffer";
import OpenAI, { toFile } from "openai";

globalThis.File ??= File; // Node 18 has it, but not there.

const [scenario, baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, timeout: 120_000, maxRetries: 0 });

const formOf = (file) =>
  file.subarray(1, 4).toString() === "PNG" ? "png" : file[0] === 0xff && file[1] === 0xd8 ? "jpeg" : file.subarray(8, 12).toString() === "WEBP" ? "webp" : "none";
const sizeOf = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];
const decode = (image) => Buffer.from(image.b64_json, "base64");

async function rejects(call, status, code, param) {
  await assert.rejects(call, (error) => {
    assert.deepEqual([error.status, error.code, error.param], [status, code, param], String(error));
    assert.match(error.requestID, /^req_/);
    return true;
  });
}

async function untilStatus(prompt, status) {
  for (let i = 0; i < 600; i++) {
    const { data } = await client.get("/jobs?limit=5");
    if (data.some((job) => job.prompt === prompt && job.status === status)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`no job '${prompt}' is ${status}`);
}

// 64x64, gray.
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAATElEQVR42u3PMQ0AAAwDoPpXVlmVsHsJOCB9LgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIClwE1q4IsRYcZLAAAAABJRU5ErkJggg==", "base64");

const scenarios = {
  "pictures-in-base64": async () => {
    const answer = await client.images.generate({ model: "dall-e-2", prompt: "a red fox", n: 2, response_format: "b64_json", user: "user-17" });
    assert.equal(answer.data.length, 2);
    for (const image of answer.data) assert.deepEqual([formOf(decode(image)), ...sizeOf(decode(image))], ["png", 128, 128]);
    assert.ok(Math.abs(answer.created - Date.now() / 1000) < 600);
  },
  "a-picture-at-an-address": async () => {
    const answer = await client.images.generate({ model: "dall-e-3", prompt: "a red fox", style: "natural", quality: "standard" });
    assert.equal(answer.data[0].revised_prompt, "a red fox");
    const file = await fetch(answer.data[0].url);
    assert.deepEqual([file.status, file.headers.get("content-type"), formOf(Buffer.from(await file.arrayBuffer()))], [200, "image/png", "png"]);
    const changed = await fetch(answer.data[0].url.replace(/([Ss])ignature=./, "$1ignature=~"));
    assert.equal(changed.status, 403);
  },
  "what-is-ours": async () => {
    const { id } = (await client.models.list()).data[0];
    const ask = () => client.images.generate({ model: id, prompt: "a red fox", size: "64x64", response_format: "b64_json", seed: 7, negative_prompt: "a dog", steps: 12, guidance: 2.5, priority: "interactive" });
    const [one, other] = [await ask(), await ask()];
    assert.equal(one.data[0].b64_json, other.data[0].b64_json);
    assert.deepEqual(sizeOf(decode(one.data[0])), [64, 64]);
    const headers = { "Idempotency-Key": `order-${process.pid}-${Date.now()}` };
    const first = await client.images.generate({ prompt: "a blue house", response_format: "b64_json" }, { headers });
    const again = await client.images.generate({ prompt: "a blue house", response_format: "b64_json" }, { headers });
    assert.deepEqual(first, again);
    await rejects(() => client.images.generate({ prompt: "a red house" }, { headers }), 409, "idempotency_conflict", "Idempotency-Key");
  },
  "another-format": async () => {
    for (const output_format of ["jpeg", "webp"]) {
      const answer = await client.images.generate({ model: "gpt-image-1", prompt: "a red fox", output_format, output_compression: 60, background: "opaque", quality: "low", size: "auto" });
      assert.deepEqual([formOf(decode(answer.data[0])), answer.output_format, answer.quality, answer.size], [output_format, output_format, "low", "128x128"]);
      assert.equal(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens);
    }
    const linked = await client.images.generate({ prompt: "a red fox", output_format: "webp", response_format: "url" });
    const file = await fetch(linked.data[0].url);
    assert.deepEqual([file.headers.get("content-type"), formOf(Buffer.from(await file.arrayBuffer()))], ["image/webp", "webp"]);
  },
  "a-stream": async () => {
    const stream = await client.images.generate({ model: "gpt-image-1", prompt: "a red fox", stream: true, partial_images: 3, steps: 900 });
    const types = [];
    for await (const event of stream) {
      types.push(event.type);
      assert.deepEqual([formOf(decode(event)), ...sizeOf(decode(event)), event.size, event.output_format, event.background], ["png", 128, 128, "128x128", "png", "opaque"]);
      if (event.type === "image_generation.partial_image") assert.equal(event.partial_image_index, types.length - 1);
      else assert.ok(event.usage.output_tokens > 0);
    }
    assert.ok(types.length >= 2 && types.length <= 4, `${types}`);
    assert.deepEqual(types, [...types.slice(1).map(() => "image_generation.partial_image"), "image_generation.completed"]);
  },
  "a-stream-that-is-refused": async () => {
    await rejects(() => client.images.generate({ model: "gpt-image-1", prompt: "a nude woman", stream: true }), 400, "content_policy_violation", null);
  },
  "errors": async () => {
    await rejects(() => client.images.generate({ model: "dall-e-3", prompt: "a red fox", n: 2 }), 400, "invalid_value", "n");
    await rejects(() => client.images.generate({ model: "gpt-image-1", prompt: "a red fox", response_format: "url" }), 400, "unknown_parameter", "response_format");
    await rejects(() => client.images.generate({ model: "gpt-image-1", prompt: "a red fox", background: "transparent" }), 400, "invalid_value", "background");
    await rejects(() => client.images.generate({ prompt: "a nude woman" }), 400, "content_policy_violation", null);
    await rejects(() => client.images.generate({ model: "gpt-9", prompt: "a red fox" }), 404, "model_not_found", "model");
    await rejects(() => new OpenAI({ baseURL, apiKey: "sk-nobody", maxRetries: 0 }).images.generate({ prompt: "a red fox" }), 401, "invalid_api_key", null);
  },
  "edits-and-variations": async () => {
    const image = await toFile(png, "fox.png", { type: "image/png" });
    const blend = await client.images.edit({ model: "gpt-image-1", image: [image, image], prompt: "a hat" });
    assert.equal(formOf(decode(blend.data[0])), "png");
    const edit = await client.images.edit({ model: "gpt-image-1", image, prompt: "a hat", n: 2 });
    assert.equal(edit.data.length, 2);
    assert.notEqual(edit.data[0].b64_json, edit.data[1].b64_json);
    await rejects(() => client.images.createVariation({ image, n: 2, size: "1024x1024" }), 400, "invalid_value", "size");
    const variations = await client.images.createVariation({ image, n: 2, response_format: "b64_json" });
    assert.equal(variations.data.length, 2);
    for (const image of variations.data) assert.deepEqual([formOf(decode(image)), ...sizeOf(decode(image))], ["png", 128, 128]);
    const again = await client.images.createVariation({ image, n: 1 });
    assert.match(again.data[0].url, /^http/);
    await rejects(async () => client.images.edit({ image: await toFile(Buffer.from("<svg/>"), "fox.png"), prompt: "a hat" }), 400, "invalid_image", "image");
  },
  "models": async () => {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert.ok(["dall-e-2", "dall-e-3", "gpt-image-1"].every((name) => names.includes(name)));
    assert.deepEqual(await client.models.retrieve(names[0]).then(({ id, object }) => ({ id, object })), { id: names[0], object: "model" });
    await rejects(() => client.models.retrieve("gpt-9"), 404, "model_not_found", "model");
  },
  "moderations": async () => {
    const { model, results } = await client.moderations.create({ input: ["a killer whale", "a nude woman"], model: "omni-moderation-latest" });
    assert.match(model, /^limner-policy-/);
    assert.deepEqual(results.map((result) => result.flagged), [false, true]);
    assert.deepEqual([results[1].categories.sexual, results[1].category_scores.sexual, results[1].category_applied_input_types.sexual], [true, 1, ["text"]]);
  },
  "files-and-batches": async () => {
    const line = (custom_id, body) => JSON.stringify({ custom_id, method: "POST", url: "/v1/images/generations", body });
    const lines = [line("star", { prompt: "a red star", response_format: "b64_json" }), line("house", { prompt: "a blue house", response_format: "url" }), line("nude", { prompt: "a nude woman" })];
    const file = await client.files.create({ file: await toFile(Buffer.from(lines.join("\n")), "night.jsonl"), purpose: "batch" });
    assert.deepEqual([file.object, file.purpose, file.filename, file.bytes], ["file", "batch", "night.jsonl", Buffer.byteLength(lines.join("\n"))]);
    const listed = [];
    for await (const known of client.files.list({ purpose: "batch" })) listed.push(known.id);
    assert.ok(listed.includes(file.id));
    assert.equal(await (await client.files.content(file.id)).text(), lines.join("\n"));
    let batch = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/images/generations", completion_window: "24h", metadata: { night: "1" } });
    await rejects(() => client.files.delete("file-1"), 404, "file_not_found", "id");
    for (let i = 0; i < 600 && !batch.completed_at; i++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      batch = await client.batches.retrieve(batch.id);
    }
    assert.deepEqual([batch.status, batch.request_counts, batch.metadata], ["completed", { total: 3, completed: 2, failed: 1 }, { night: "1" }]);
    const read = async (id) => (await (await client.files.content(id)).text()).trim().split("\n").map(JSON.parse);
    const [star, house] = await read(batch.output_file_id);
    assert.deepEqual([star.custom_id, star.response.status_code, formOf(decode(star.response.body.data[0]))], ["star", 200, "png"]);
    assert.equal((await fetch(house.response.body.data[0].url)).headers.get("content-type"), "image/png");
    const [nude] = await read(batch.error_file_id);
    assert.deepEqual([nude.custom_id, nude.response.status_code, nude.response.body.error.code], ["nude", 400, "content_policy_violation"]);
    const batches = [];
    for await (const known of client.batches.list({ limit: 1 })) batches.push(known.id);
    assert.ok(batches.includes(batch.id) && new Set(batches).size === batches.length);
    const long = await client.files.create({ file: await toFile(Buffer.from(line("long", { prompt: "a red fox", n: 10, steps: 900 }))), purpose: "batch" });
    let taken = await client.batches.create({ input_file_id: long.id, endpoint: "/v1/images/generations", completion_window: "24h" });
    taken = await client.batches.cancel(taken.id);
    for (let i = 0; i < 600 && !taken.cancelled_at; i++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      taken = await client.batches.retrieve(taken.id);
    }
    assert.equal(taken.status, "cancelled");
    assert.deepEqual(await client.files.delete(file.id), { id: file.id, object: "file", deleted: true });
  },
  "giving-up": async () => {
    const prompt = `a fox that takes long ${process.pid}`, controller = new AbortController();
    const asking = client.images.generate({ prompt, n: 10, steps: 900 }, { signal: controller.signal });
    await untilStatus(prompt, "running");
    controller.abort();
    await assert.rejects(asking, OpenAI.APIUserAbortError);
    await untilStatus(prompt, "cancelled");
  },
};

await scenarios[scenario]();
console.log(`${scenario}: ok`);
