#!/usr/bin/env bash
# A driver made of curl, openssl and jq: nothing of Prøvestand is used.
set -uo pipefail
declare -A TOKENS UNTIL
PLACE=$(mktemp -d) && trap 'rm -rf "$PLACE"' EXIT
GRANT=urn:ietf:params:oauth:grant-type:jwt-bearer
STEPS='["aapnekrav", "krav", "innbetalinger", "utbetalinger", "opprettBegjaering", "endreBegjaering", "hentStatusPaaSak"]'

of_task() { jq -r "$1" <<<"$TASK"; }
new_id() { cat /proc/sys/kernel/random/uuid; }
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
reply() { jq -cn --argjson seq "$(of_task .seq)" --arg outcome "$1" --arg message "$2" '{$seq, $outcome, $message}'; }
fail() { reply failed "$1"; return 1; }

ensure_token() { # leaves the token in TOKEN; replies and returns 1 where there is none
  local details purpose now metadata claims input signature status
  details=$(jq -c 'if .consent then
      [{type: "urn:altinn:consent", id: .consent, from: "urn:altinn:organization:identifier-no:\(.organisation)"}]
    elif .system_user then [{type: "urn:altinn:systemuser",
      systemuser_org: {authority: "iso6523-actorid-upis", ID: "0192:\(.system_user.organisation)"}}]
    else null end' <<<"$TASK")
  purpose=$(jq -c --argjson details "$details" '[.scope, .consumer_org, $details]' <<<"$TASK") now=$(date +%s)
  TOKEN=${TOKENS[$purpose]:-}
  if [ -n "$TOKEN" ] && [ "$TOKEN" != "${1:-}" ] && [ "$now" -lt "${UNTIL[$purpose]}" ]; then return; fi
  metadata=$(curl -sS --max-time 20 "${ISSUER}.well-known/oauth-authorization-server") || { fail "no issuer"; return 1; }
  claims=$(jq -c --argjson details "$details" --argjson now "$now" --arg jti "$(new_id)" --arg iss "$CLIENT" \
    --argjson metadata "$metadata" '{aud: $metadata.issuer, $iss, scope, iat: $now, exp: ($now + 100), $jti}
      + (if .consumer_org then {consumer_org} else {} end)
      + (if $details then {authorization_details: $details} else {} end)' <<<"$TASK")
  input=$(printf '{"alg":"RS256","kid":"%s"}' "$KID" | base64url).$(printf %s "$claims" | base64url)
  signature=$(printf %s "$input" | openssl dgst -sha256 -sign "$PRIVATE" -binary | base64url)
  status=$(curl -sS --max-time 20 -o "$PLACE/token" -w '%{http_code}' --data-urlencode "grant_type=$GRANT" \
    --data-urlencode "assertion=$input.$signature" "$(jq -r .token_endpoint <<<"$metadata")") || { fail "no issuer"; return 1; }
  TOKEN=$(jq -r '.access_token // empty' "$PLACE/token" 2>/dev/null)
  if [ -z "$TOKEN" ]; then
    case $status in
      4*) reply refused "$(jq -r .error_description "$PLACE/token")" ;;
      *) reply failed "status $status in place of a token" ;;
    esac
    return 1
  fi
  TOKENS[$purpose]=$TOKEN UNTIL[$purpose]=$((now + $(jq .expires_in "$PLACE/token") - 15))
}

send_once() { # METHOD PATH [more for curl]: leaves STATUS, KIND and the body in $PLACE/body
  local told
  told=$(curl -sS --max-time 20 -o "$PLACE/body" -w '%{http_code} %{content_type}' -X "$1" -H "Authorization: Bearer $TOKEN" \
    -H 'Accept: application/json' -H 'KlientId: curl-stranger' -H "Korrelasjonsid: $(new_id)" -H "Meldingsid: $(new_id)" \
    "${@:3}" "$(jq -r --argjson bases "$BASES" '$bases[.api]' <<<"$TASK")$2") || { fail "the connection was lost"; return 1; }
  STATUS=${told%% *} KIND=${told#* }
}

send() { # as send_once, with a token, which is renewed once; replies and returns 1 where nothing came
  : >"$PLACE/body"
  ensure_token && send_once "$@" || return 1
  [ "$STATUS" != 401 ] || { ensure_token "$TOKEN" && send_once "$@"; }
}

look_up() {
  local from to query
  from=$(of_task '.parameters.fraOgMed // empty') to=$(of_task '.parameters.tilOgMed // empty')
  if [ -n "$from" ] && [ $((($(date -ud "$to" +%s) - $(date -ud "$from" +%s)) / 86400)) -gt 365 ]; then
    fail "A period may be one year long at most."; return 1
  fi
  query=$(of_task '.parameters | to_entries | map("\(.key)=\(.value | @uri)") | join("&")')
  send GET "/$(of_task .rettighetspakke)/$(of_task .organisation)/$(of_task .operation)${query:+?$query}"
}

file() {
  local where name uuid state filed
  filed=$(jq -c .body <<<"$TASK")
  of_task '.file.content // empty' | base64 -d >"$PLACE/attachment"
  while read -r where; do
    name=$(jq -r --argjson where "$where" 'getpath($where).filnavn' <<<"$filed")
    send POST /vedlegg -F "fil=@$PLACE/attachment;type=$(of_task .file.type);filename=$name" -F "filnavn=$name" \
      -F "innsenderReferanse=$(jq -r .innsenderReferanse <<<"$filed")" || return 1
    [ "$STATUS" = 201 ] || { fail "$name was not taken: status $STATUS"; return 1; }
    uuid=$(jq -r .uuid "$PLACE/body") state=
    until [ "$state" = klar ]; do
      [ -z "$state" ] || sleep 0.8
      send GET "/vedlegg/$uuid" || return 1
      state=$(jq -r .tilstand "$PLACE/body")
      case $state in *Virus | *Feilet | kanIkke* | null | "") fail "$name cannot be used: $state"; return 1 ;; esac
    done
    filed=$(jq -c --argjson where "$where" --arg uuid "$uuid" 'setpath($where + ["uuid"]; $uuid)' <<<"$filed")
  done < <(jq -c 'paths(type == "object" and has("filnavn") and .uuid == "")' <<<"$filed")
  jq -c '{skyldner: [.saksoekt[].saksoekt | (.virksomhet // .person).identifikator]}' <<<"$filed" >"$PLACE/debtors"
  send POST /betjeningskartet -H 'Content-Type: application/json' --data-binary "@$PLACE/debtors" || return 1
  [ "$STATUS" = 200 ] || return 0
  printf %s "$filed" >"$PLACE/filed"
  send POST "" -H 'Content-Type: application/json' --data-binary "@$PLACE/filed"
}

change() {
  jq -c .body <<<"$TASK" >"$PLACE/filed"
  send PUT "/$(of_task .parameters.eksternSaksreferanse)" -H 'Content-Type: application/json' --data-binary "@$PLACE/filed"
}

follow() { send GET "/status/$(of_task .parameters.eksternSaksreferanse)"; }

understand() { # answers the task by what came
  local no=failed answer
  case $STATUS in 204) reply done ""; return ;; 429) ;; 4*) no=refused ;; esac
  case $KIND in *json*) ;; *) reply $no "status $STATUS"; return ;; esac
  answer=$(jq -c --argjson task "$TASK" --argjson status "$STATUS" --arg no "$no" '. as $body
    | {aapnekrav: ["aapentKravMedGjenstaaendeBeloep", "gjenstaaendeBeloep"], krav: ["krav", "opprinneligBeloep"],
       innbetalinger: ["innbetaling", "innbetaltBeloep"], utbetalinger: ["utbetaling", "utbetaltBeloep"]}[$task.operation] as $list
    | (if type == "object" then . else {} end) as $object
    | {seq: $task.seq} + (if $status < 300 or $object.kode == "KB-007" then {outcome: "done", understood: (
        if $list then ($object[$list[0]] // []) as $entries
          | {count: ($entries | length), total: (($entries | map(.[$list[1]] * 100 | round) | add // 0) / 100 | tostring)}
        elif $task.operation == "opprettBegjaering" then {reference: ($object.eksternSaksreferanse // $body | tostring)}
        else {} end)}
      else {outcome: $no, message: ($body | tojson), korrelasjonsid: ($object.korrelasjonsid // $object.feilid),
        understood: {codes: [($object.kontrollutslag // [])[].kode, ($object.kode // empty)]}} end)' \
    "$PLACE/body" 2>/dev/null)
  if [ -n "$answer" ]; then printf '%s\n' "$answer"; else reply $no "status $STATUS with a body that is not JSON"; fi
}

while IFS= read -r TASK; do
  case $(of_task .do) in
    connect)
      ISSUER=$(of_task .issuer) CLIENT=$(of_task .client_id) KID=$(of_task .kid) PRIVATE=$(of_task .key)
      BASES=$(jq -c .base_urls <<<"$TASK") TOKENS=() UNTIL=()
      [ "$(of_task '.ca // empty')" ] && export CURL_CA_BUNDLE=$(of_task .ca)
      jq -c --argjson can "$STEPS" '{seq, outcome: "done", client: {name: "curl stranger", version: "1"}, $can}' <<<"$TASK" ;;
    call)
      case $(of_task .operation) in
        aapnekrav | krav | innbetalinger | utbetalinger) look_up && understand ;;
        opprettBegjaering) file && understand ;;
        endreBegjaering) change && understand ;;
        hentStatusPaaSak) follow && understand ;;
        *) reply cannot "" ;;
      esac ;;
    goodbye) reply done "" ;;
    *) reply cannot "" ;;
  esac
done
