// A driver made of jose and fetch: nothing of Prøvestand is imported.
import { SignJWT, importPKCS8 } from "jose";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as rest } from "node:timers/promises";

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LISTS = {
  aapnekrav: ["aapentKravMedGjenstaaendeBeloep", "gjenstaaendeBeloep"],
  krav: ["krav", "opprinneligBeloep"],
  innbetalinger: ["innbetaling", "innbetaltBeloep"],
  utbetalinger: ["utbetaling", "utbetaltBeloep"],
};
const USELESS = ["inneholderVirus", "valideringFeilet", "konverteringFeilet", "kanIkkeKonverteres"];
class Refused extends Error {}
class Client {
  tokens = new Map();
  constructor(told, issuer, key) {
    Object.assign(this, { told, issuer, key });
  }
  static async of(told) {
    const issuer = await (await fetch(`${told.issuer}.well-known/oauth-authorization-server`)).json();
    return new Client(told, issuer, await importPKCS8(await readFile(told.key, "utf8"), "RS256"));
  }
  details({ consent, organisation, system_user: user }) {
    const from = `urn:altinn:organization:identifier-no:${organisation}`;
    if (consent) return [{ type: "urn:altinn:consent", id: consent, from }];
    const systemuser_org = { authority: "iso6523-actorid-upis", ID: `0192:${user?.organisation}` };
    return user ? [{ type: "urn:altinn:systemuser", systemuser_org }] : undefined;
  }
  token(task, refused) {
    const purpose = JSON.stringify([task.scope, task.consumer_org, this.details(task)]);
    const kept = this.tokens.get(purpose);
    if (kept && kept.value !== refused && Date.now() < kept.until) return Promise.resolve(kept.value);
    return this.fetched(task).then((found) => (this.tokens.set(purpose, found), found.value));
  }
  async fetched(task) {
    const claims = { scope: task.scope, authorization_details: this.details(task) };
    if (task.consumer_org) claims.consumer_org = task.consumer_org;
    const assertion = await new SignJWT(JSON.parse(JSON.stringify(claims)))
      .setProtectedHeader({ alg: "RS256", kid: this.told.kid, typ: "JWT" })
      .setIssuer(this.told.client_id).setAudience(this.issuer.issuer).setJti(randomUUID())
      .setIssuedAt().setExpirationTime("100 seconds").sign(this.key);
    const body = new URLSearchParams({ grant_type: GRANT, assertion });
    const answer = await fetch(this.issuer.token_endpoint, { method: "POST", body, redirect: "manual" });
    if (answer.status >= 400 && answer.status < 500) throw new Refused((await answer.json()).error_description);
    const { access_token: value, expires_in } = await answer.json();
    return { value, until: Date.now() + (expires_in - 15) * 1000 };
  }
  async send(task, method, path, { body, json } = {}, refused) {
    const value = await this.token(task, refused);
    const headers = { Authorization: `Bearer ${value}`, Accept: "application/json", KlientId: "jose-stranger" };
    for (const name of ["Korrelasjonsid", "Meldingsid"]) headers[name] = randomUUID();
    if (json) headers["Content-Type"] = "application/json";
    const what = { method, headers, body: json ? JSON.stringify(json) : body, redirect: "manual" };
    const url = this.told.base_urls[task.api] + path;
    const answer = await fetch(url, { ...what, signal: AbortSignal.timeout(20_000) });
    return answer.status === 401 && !refused ? this.send(task, method, path, { body, json }, value) : answer;
  }
  lookUp(task) {
    const { fraOgMed: from, tilOgMed: to } = task.parameters;
    if (Date.parse(to) - Date.parse(from) > 365 * 86_400_000) throw new Error("A period may be one year long at most.");
    const query = from ? `?${new URLSearchParams(task.parameters)}` : "";
    return this.send(task, "GET", `/${task.rettighetspakke}/${task.organisation}/${task.operation}${query}`);
  }
  async file(task) {
    const filed = structuredClone(task.body);
    const missing = [...citedIn(filed)].filter((cited) => !cited.uuid);
    for (const cited of missing) cited.uuid = await this.upload(task, cited.filnavn, filed.innsenderReferanse);
    for (const cited of missing) await this.ready(task, cited);
    const skyldner = filed.saksoekt.map(({ saksoekt: who }) => (who.virksomhet ?? who.person).identifikator);
    const asked = await this.send(task, "POST", "/betjeningskartet", { json: { skyldner } });
    return asked.status === 200 ? this.send(task, "POST", "", { json: filed }) : asked;
  }
  async upload(task, name, reference) {
    const form = new FormData();
    form.set("filnavn", name);
    form.set("innsenderReferanse", reference);
    form.set("fil", new Blob([Buffer.from(task.file.content, "base64")], { type: task.file.type }), name);
    const answer = await this.send(task, "POST", "/vedlegg", { body: form });
    if (answer.status !== 201) throw new Error(`${name} was not taken: status ${answer.status}`);
    return (await answer.json()).uuid;
  }
  async ready(task, { filnavn, uuid }) {
    for (let looks = 0; looks < 20; looks++) {
      const { tilstand } = await (await this.send(task, "GET", `/vedlegg/${uuid}`)).json();
      if (tilstand === "klar") return;
      if (USELESS.includes(tilstand)) throw new Error(`${filnavn} cannot be used: ${tilstand}`);
      await rest(800);
    }
    throw new Error(`${filnavn} is not ready.`);
  }
  change(task) {
    return this.send(task, "PUT", `/${task.parameters.eksternSaksreferanse}`, { json: task.body });
  }
  follow(task) {
    return this.send(task, "GET", `/status/${task.parameters.eksternSaksreferanse}`);
  }
}
function* citedIn(value) {
  if (value === null || typeof value !== "object") return;
  if ("filnavn" in value && "uuid" in value) yield value;
  for (const child of Object.values(value)) yield* citedIn(child);
}
const STEPS = { opprettBegjaering: "file", endreBegjaering: "change", hentStatusPaaSak: "follow" };
for (const name of Object.keys(LISTS)) STEPS[name] = "lookUp";
function understoodOf(operation, body) {
  if (operation === "opprettBegjaering") return { reference: String(body.eksternSaksreferanse ?? body) };
  if (!(operation in LISTS)) return {};
  const [name, amount] = LISTS[operation];
  const entries = body[name] ?? [];
  const oere = entries.reduce((sum, entry) => sum + BigInt(Math.round(entry[amount] * 100)), 0n);
  const sign = oere < 0n ? "-" : "";
  const digits = String(oere < 0n ? -oere : oere).padStart(3, "0");
  return { count: entries.length, total: `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}` };
}
async function replyTo(client, task) {
  if (!(task.operation in STEPS)) return { outcome: "cannot" };
  const answer = await client[STEPS[task.operation]](task);
  const no = answer.status >= 400 && answer.status < 500 && answer.status !== 429 ? "refused" : "failed";
  if (answer.status === 204) return { outcome: "done" };
  if (!answer.headers.get("content-type")?.includes("json")) return { outcome: no, message: `status ${answer.status}` };
  const body = await answer.json();
  if (answer.ok || body.kode === "KB-007") return { outcome: "done", understood: understoodOf(task.operation, body) };
  const codes = [...(body.kontrollutslag ?? []), body].map(({ kode }) => kode).filter(Boolean);
  const korrelasjonsid = body.korrelasjonsid ?? body.feilid;
  return { outcome: no, message: JSON.stringify(body), korrelasjonsid, understood: { codes } };
}
let client;
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  let reply = { outcome: "done" };
  try {
    if (message.do === "connect") {
      client = await Client.of(message);
      reply = { ...reply, client: { name: "jose stranger", version: "1" }, can: Object.keys(STEPS) };
    } else if (message.do === "call") reply = await replyTo(client, message);
  } catch (error) {
    reply = { outcome: error instanceof Refused ? "refused" : "failed", message: String(error.message) };
  }
  console.log(JSON.stringify({ seq: message.seq, ...reply }));
}
