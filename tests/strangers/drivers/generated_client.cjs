// Drives a client that @hey-api/openapi-ts generated: a call per line in, what came of it per line out.
// What is sent, and how an answer is read and judged, is the generated code's alone.

const [folder, baseUrl, token] = process.argv.slice(2);
const sdk = require(`${folder}/sdk.gen.js`);
const { createClient, createConfig } = require(`${folder}/client/index.js`);
const client = createClient(createConfig({ baseUrl, auth: () => token }));

function part(value) {
  if (typeof value !== "object") return value;
  return new File([Buffer.from(value.content, "base64")], value.name, { type: value.type });
}

async function called({ operation, path, query, header, body, form }) {
  const parts = form && Object.fromEntries(Object.entries(form).map(([name, value]) => [name, part(value)]));
  const options = { client, path, query, headers: header, body: parts ?? body };
  const { data, error, response } = await sdk[operation](options);
  const status = response?.status ?? 0;
  if (status >= 200 && status < 300 && error === undefined) return { status, body: data ?? null, problem: null };
  return { status, body: error ?? null, problem: error instanceof Error ? String(error) : null };
}

async function main() {
  for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
    const came = await called(JSON.parse(line)).catch((error) => ({ status: 0, problem: String(error) }));
    console.log(JSON.stringify(came));
  }
}

main();
