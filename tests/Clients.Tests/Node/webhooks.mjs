// node webhooks.mjs SECRET CALL RECEIVER: the call in the file CALL, as it came, goes through the function that docs/webhooks.md shows (the module RECEIVER),
// which uses the package "standardwebhooks"; prints the event's type. What is not genuine has to be refused.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { Webhook } from "standardwebhooks";

const [secret, file, receiver] = process.argv.slice(2);
const { receive } = await import(pathToFileURL(receiver));
const { headers, body } = JSON.parse(await readFile(file, "utf8"));

const event = receive(secret, headers, body);
assert.deepEqual(event, JSON.parse(body));

const other = "whsec_" + Buffer.alloc(32, 7).toString("base64");
assert.throws(() => receive(other, headers, body), /signature/i);
assert.throws(() => receive(secret, headers, body + " "), /signature/i);
assert.throws(() => receive(secret, { ...headers, "webhook-id": "msg_1" }, body), /signature/i);
assert.throws(() => receive(secret, { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) }, body), /signature/i);

// Ours as the package makes it.
const mine = new Webhook(secret).sign(headers["webhook-id"], new Date(Number(headers["webhook-timestamp"]) * 1000), body);
assert.ok(headers["webhook-signature"].split(" ").includes(mine));
console.log(event.type);
