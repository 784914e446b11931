// Reads Kubernetes objects from standard input (YAML, several documents) and prints one line for each fault: kind/name: what is wrong.
// An object of a kind without a schema is a fault too. Run in the folder where package.json's packages are installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(process.cwd() + "/");
const yaml = createRequire(folder)("js-yaml");

async function modelOf({ apiVersion, kind }) {
  const source = apiVersion.includes("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models";
  return (await import(new URL(`node_modules/${source}/${apiVersion}/${kind}.js`, folder)))[kind];
}

// The schemas let unknown fields pass, and a misspelt field is the likeliest fault of all. But their compiled code reads every field that it knows
// and no other: what was never read is unknown.
function watch(object, path, unread) {
  for (const key of Object.keys(object)) unread.add(`${path}/${key}`);
  const watched = new Map();
  return new Proxy(object, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof key !== "string" || !Object.hasOwn(target, key)) return value;
      unread.delete(`${path}/${key}`);
      if (value === null || typeof value !== "object") return value;
      if (!watched.has(key)) watched.set(key, watch(value, `${path}/${key}`, unread));
      return watched.get(key);
    },
  });
}

for (const object of yaml.loadAll(readFileSync(0, "utf8")).filter(Boolean)) {
  const name = `${object.kind}/${object.metadata?.name}`;
  let Model;
  try {
    Model = await modelOf(object);
  } catch {
    console.log(`${name}: ${object.apiVersion} has no schema for the kind ${object.kind}`);
    continue;
  }
  // kustomize breaks long values into lines, which Kubernetes reads and the schema does not.
  if (object.kind === "Secret") for (const key in object.data) object.data[key] = object.data[key].replaceAll("\n", "");
  const unread = new Set();
  try {
    watch(new Model(object), "", unread).validate();
  } catch (error) {
    for (const fault of error.errors ?? [error]) console.log(`${name}: ${fault.instancePath ?? ""} ${fault.message}`);
  }
  for (const path of unread) console.log(`${name}: ${path} is no field of ${object.apiVersion} ${object.kind}`);
}
