// Keeps the parts of a page that are marked `data-live` up to date with the server, and copies texts.
// Without scripts everything else works; the page then stays as it was when it was loaded.
"use strict";

const live = document.getElementById("live");
const news = document.getElementById("news");
const texts = document.body.dataset;
let busy = false;
let again = false;

async function renew() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(texts.source ?? location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const other = fresh.getElementById(part.id);
        if (other && other.innerHTML !== (part.asServed ?? part.innerHTML) && !part.matches(":focus-within")) {
          part.asServed = other.innerHTML;
          part.replaceChildren(...other.childNodes);
        }
      }
      reveal();
      tell(fresh);
    }
  } finally {
    busy = false;
    if (again) {
      again = false;
      renew();
    }
  }
}

function tell(fresh) {
  const said = fresh.getElementById("news-text");
  if (said && said.textContent !== news.textContent) {
    news.textContent = said.textContent;
  }
}

function follow() {
  const events = new EventSource("/console/events");
  events.addEventListener("open", () => {
    live.textContent = texts.liveOn;
    live.classList.add("is-on");
    renew();
  });
  for (const topic of texts.topics.split(" ")) {
    events.addEventListener(topic, renew);
  }
  events.addEventListener("error", () => {
    live.textContent = texts.liveLost;
    live.classList.remove("is-on");
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) {
    return;
  }
  const text = document.getElementById(button.dataset.copy).textContent;
  try {
    await navigator.clipboard.writeText(text);
    news.textContent = texts.copied;
    button.textContent = texts.copied;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(document.getElementById(button.dataset.copy));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
});

function reveal() {
  for (const button of document.querySelectorAll(".needs-script")) {
    button.hidden = false;
  }
}

reveal();
document.querySelector(".questions [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
follow();
