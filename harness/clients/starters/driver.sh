#!/usr/bin/env bash
# A driver for `provestand client --drive "bash driver.sh"`: replace fetch() by a call of your own system.
# Needs curl, openssl and jq.
set -uo pipefail
declare -A TOKENS UNTIL

b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

token() { # prints nothing; leaves the token in TOKEN and its key in KEY
  local details now claims input signature metadata answer
  details=$(jq -c 'if .consent then [{type:"urn:altinn:consent",id:.consent,from:("urn:altinn:organization:identifier-no:"+.organisation)}]
    elif .system_user then [{type:"urn:altinn:systemuser",systemuser_org:{authority:"iso6523-actorid-upis",ID:("0192:"+.system_user.organisation)}}]
    else null end' <<<"$TASK")
  KEY=$(jq -c --argjson d "$details" '[.scope, .consumer_org, $d]' <<<"$TASK"); now=$(date +%s)
  if [ "$now" -lt "${UNTIL[$KEY]:-0}" ]; then TOKEN=${TOKENS[$KEY]}; return 0; fi
  metadata=$(curl -sS --max-time 20 "${ISSUER}.well-known/oauth-authorization-server") || return 1
  claims=$(jq -c --argjson d "$details" --argjson now "$now" --arg jti "$(cat /proc/sys/kernel/random/uuid)" --arg iss "$CLIENT" \
    --arg aud "$(jq -r .issuer <<<"$metadata")" \
    '{aud:$aud,iss:$iss,scope:.scope,iat:$now,exp:($now+100),jti:$jti} + (if .consumer_org then {consumer_org} else {} end)
     + (if $d then {authorization_details:$d} else {} end)' <<<"$TASK")
  input="$(printf '{"alg":"RS256","kid":"%s"}' "$KID" | b64).$(printf %s "$claims" | b64)"
  signature=$(printf %s "$input" | openssl dgst -sha256 -sign "$PRIVATE" -binary | b64)
  answer=$(curl -sS --max-time 20 "$(jq -r .token_endpoint <<<"$metadata")" \
    --data-urlencode grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer --data-urlencode "assertion=$input.$signature") || return 1
  TOKEN=$(jq -er .access_token <<<"$answer" 2>/dev/null) || { MESSAGE=$(jq -r '.error_description // "no token"' <<<"$answer" 2>/dev/null); return 2; }
  TOKENS[$KEY]=$TOKEN; UNTIL[$KEY]=$((now + $(jq .expires_in <<<"$answer") * 4 / 5))
}

fetch() { # <-- call your own look-up here; prints the body and, on a last line, the status
  local url query
  query=$(jq -r '.parameters // {} | to_entries | map(.key + "=" + (.value|@uri)) | join("&")' <<<"$TASK")
  url="$(jq -r '.api as $a | .rettighetspakke + "/" + .organisation + "/" + .operation' <<<"$TASK")"
  curl -sS --max-time 20 -w '\n%{http_code}' -H "Authorization: Bearer $TOKEN" -H "Accept: application/json" \
    -H "Korrelasjonsid: $(cat /proc/sys/kernel/random/uuid)" "$(jq -r --argjson b "$BASES" '$b[.api]' <<<"$TASK")/$url${query:+?$query}"
}

perform() {
  local answer status body; MESSAGE=
  token; case $? in 1) reply failed "no connection"; return;; 2) reply refused "$MESSAGE"; return;; esac
  answer=$(fetch) || { reply failed "no connection"; return; }
  if [ "${answer##*$'\n'}" = 401 ]; then
    unset "UNTIL[$KEY]"; token || { reply failed "no token"; return; }
    answer=$(fetch) || { reply failed "no connection"; return; }
  fi
  status=${answer##*$'\n'}; body=${answer%$'\n'*}
  jq -e 'type == "object"' >/dev/null 2>&1 <<<"$body" || { reply failed "status $status"; return; }
  if [ "$status" = 404 ] && [ "$(jq -r .kode <<<"$body")" = KB-007 ] || [ "$status" = 200 ]; then reply done ""
  elif [ "$status" -ge 400 ] && [ "$status" -lt 500 ]; then reply refused "$body"; else reply failed "$body"; fi
}

reply() { jq -cn --argjson seq "$SEQ" --arg outcome "$1" --arg message "$2" '{$seq,$outcome,$message}'; }

while IFS= read -r TASK; do
  SEQ=$(jq .seq <<<"$TASK")
  case $(jq -r .do <<<"$TASK") in
    connect)
      ISSUER=$(jq -r .issuer <<<"$TASK"); CLIENT=$(jq -r .client_id <<<"$TASK"); KID=$(jq -r .kid <<<"$TASK")
      PRIVATE=$(jq -r .key <<<"$TASK"); BASES=$(jq -c .base_urls <<<"$TASK"); TOKENS=(); UNTIL=()
      jq -cn --argjson seq "$SEQ" '{$seq,outcome:"done",client:{name:"Starter (shell)",version:"1"},can:["aapnekrav","krav","innbetalinger","utbetalinger"]}' ;;
    call) perform ;;
    goodbye) reply done "" ;;
    *) reply cannot "" ;;
  esac
done
