// A driver for `provestand client --drive "node driver.mjs"`: replace fetchIt() and fileIt() by calls of your own system.
import { createPrivateKey, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

let here = {};
let tokens = new Map();
const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function token(task) {
  let details;
  if (task.consent)
    details = [{ type: "urn:altinn:consent", id: task.consent, from: "urn:altinn:organization:identifier-no:" + task.organisation }];
  if (task.system_user)
    details = [{ type: "urn:altinn:systemuser", systemuser_org: { authority: "iso6523-actorid-upis", ID: "0192:" + task.system_user.organisation } }];
  const key = JSON.stringify([task.scope, task.consumer_org, details]);
  const kept = tokens.get(key);
  if (kept && Date.now() < kept.until) return { value: kept.value, key };
  const metadata = await (await fetch(here.issuer + ".well-known/oauth-authorization-server")).json();
  const now = Math.floor(Date.now() / 1000);
  const claims = { aud: metadata.issuer, iss: here.client_id, scope: task.scope, iat: now, exp: now + 100, jti: randomUUID() };
  if (task.consumer_org) claims.consumer_org = task.consumer_org;
  if (details) claims.authorization_details = details;
  const input = base64url({ alg: "RS256", kid: here.kid }) + "." + base64url(claims);
  const signature = sign("sha256", Buffer.from(input), createPrivateKey(readFileSync(here.key))).toString("base64url");
  const form = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: input + "." + signature });
  const answer = await fetch(metadata.token_endpoint, { method: "POST", body: form, redirect: "manual" });
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.error_description ?? "no token"), { refused: answer.status < 500 });
  tokens.set(key, { value: body.access_token, until: Date.now() + body.expires_in * 800 });
  return { value: body.access_token, key };
}

async function send(task, method, path, more = {}, again = true) {
  const { value, key } = await token(task);
  const headers = {
    Authorization: "Bearer " + value, Accept: "application/json", KlientId: "starter",
    Korrelasjonsid: randomUUID(), Meldingsid: randomUUID(), ...more.headers,
  };
  const answer = await fetch(here.base_urls[task.api] + path, { method, redirect: "manual", ...more, headers });
  if (answer.status !== 401 || !again) return answer;
  tokens.delete(key);
  return send(task, method, path, more, false);
}

async function fetchIt(task) { // <-- call your own look-up here
  const query = new URLSearchParams(task.parameters ?? {}).toString();
  return send(task, "GET", `/${task.rettighetspakke}/${task.organisation}/${task.operation}` + (query ? "?" + query : ""));
}

async function fileIt(task) { // <-- call your own filing here
  const body = structuredClone(task.body);
  for (const cited of attachments(body)) {
    const form = new FormData();
    form.set("filnavn", cited.filnavn);
    form.set("innsenderReferanse", body.innsenderReferanse);
    form.set("fil", new Blob([Buffer.from(task.file.content, "base64")], { type: task.file.type }), cited.filnavn);
    cited.uuid = (await (await send(task, "POST", "/vedlegg", { body: form })).json()).uuid;
    while ((await (await send(task, "GET", "/vedlegg/" + cited.uuid)).json()).tilstand !== "klar")
      await new Promise((ready) => setTimeout(ready, 1000));
  }
  const json = { headers: { "Content-Type": "application/json" } };
  const skyldner = body.saksoekt.map((each) => Object.values(each.saksoekt)[0].identifikator);
  await send(task, "POST", "/betjeningskartet", { ...json, body: JSON.stringify({ skyldner }) });
  return send(task, "POST", "", { ...json, body: JSON.stringify(body) });
}

function* attachments(value) {
  if (value && typeof value === "object") {
    if ("filnavn" in value && "uuid" in value && !value.uuid) yield value;
    for (const child of Object.values(value)) yield* attachments(child);
  }
}

async function perform(task) {
  const files = task.operation === "opprettBegjaering";
  const answer = files ? await fileIt(task) : await fetchIt(task);
  const text = await answer.text();
  const body = JSON.parse(text);
  if (answer.status >= 400 && body.kode !== "KB-007")
    return { outcome: answer.status < 500 ? "refused" : "failed", message: text, korrelasjonsid: body.korrelasjonsid ?? body.feilid ?? null };
  if (answer.status >= 300 && answer.status < 400) return { outcome: "failed", message: "redirected" };
  if (files) return { outcome: "done", understood: { reference: String(body.eksternSaksreferanse) } };
  return { outcome: "done" };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  let reply = { outcome: "cannot" };
  try {
    if (message.do === "connect") {
      here = message;
      tokens = new Map();
      const can = ["aapnekrav", "krav", "innbetalinger", "utbetalinger", "opprettBegjaering"];
      reply = { outcome: "done", client: { name: "Starter (node)", version: "1" }, can };
    } else if (message.do === "call") reply = await perform(message);
    else if (message.do === "goodbye") reply = { outcome: "done" };
  } catch (error) {
    reply = { outcome: error.refused ? "refused" : "failed", message: String(error.message) };
  }
  console.log(JSON.stringify({ seq: message.seq, ...reply }));
}
