// A driver made of jose and fetch: nothing of Prøvestand is imported.
import { SignJWT, importPKCS8 } from "jose";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const LISTS = {
  aapnekrav: "aapentKravMedGjenstaaendeBeloep",
  krav: "krav",
  innbetalinger: "innbetaling",
  utbetalinger: "utbetaling",
};
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
  async lookUp(task, refused) {
    const value = await this.token(task, refused);
    const url = new URL(`${this.told.base_urls[task.api]}/${task.rettighetspakke}/${task.organisation}/${task.operation}`);
    url.search = new URLSearchParams(task.parameters);
    const headers = { Authorization: `Bearer ${value}`, Accept: "application/json", Korrelasjonsid: randomUUID() };
    const answer = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(20_000) });
    return answer.status === 401 && !refused ? this.lookUp(task, value) : answer;
  }
}
async function replyTo(client, task) {
  if (!(task.operation in LISTS)) return { outcome: "cannot" };
  const { fraOgMed: from, tilOgMed: to } = task.parameters;
  if (from && Date.parse(to) - Date.parse(from) > 365 * 86_400_000)
    return { outcome: "failed", message: "A period may be one year long at most." };
  const answer = await client.lookUp(task);
  const no = answer.status >= 400 && answer.status < 500 && answer.status !== 429 ? "refused" : "failed";
  if (!answer.headers.get("content-type")?.includes("json")) return { outcome: no, message: `status ${answer.status}` };
  const body = await answer.json();
  if (body.kode === "KB-007") return { outcome: "done", understood: { count: 0 } };
  if (answer.status === 200) return { outcome: "done", understood: { count: body[LISTS[task.operation]]?.length ?? 0 } };
  const korrelasjonsid = body.korrelasjonsid ?? body.feilid;
  return { outcome: no, message: JSON.stringify(body), korrelasjonsid };
}
let client;
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  let reply = { outcome: "done" };
  try {
    if (message.do === "connect") {
      client = await Client.of(message);
      reply = { ...reply, client: { name: "jose stranger", version: "1" }, can: Object.keys(LISTS) };
    } else if (message.do === "call") reply = await replyTo(client, message);
  } catch (error) {
    reply = { outcome: error instanceof Refused ? "refused" : "failed", message: String(error.message) };
  }
  console.log(JSON.stringify({ seq: message.seq, ...reply }));
}
