/*
 * Saves minutes as they are typed. Without it the same form is saved by its buttons, at the same address.
 *
 * A text goes with what it was made from and that one's revision. When somebody else has saved meanwhile
 * the answer is the part of the page that shows both; nothing is saved there until the writer chooses.
 * Focus is never moved, and what is read aloud is news: trouble, that it is over, and a field that was left.
 */
const form = document.getElementById('minutes');
const PAUSE = 1200;
const LONGEST_PAUSE = 8000;
const RETRIES = [2000, 5000, 10000, 20000, 30000];
// Browsers take no more along when a page is left.
const KEPT_ALIVE = 60000;

const said = document.getElementById('said');
const trouble = document.getElementById('trouble');
const items = [...form.querySelectorAll('textarea[data-item]')].map(itemOf);
let running = null;
let again = false;
let failures = 0;
let retry = null;
let leaving = false;
let renewFirst = false;

for (const element of form.querySelectorAll('.by-script')) element.hidden = false;
for (const item of items) {
  item.field.addEventListener('input', () => typed(item));
  item.field.addEventListener('blur', () => leave(item));
}
addEventListener('online', () => saveAll());
addEventListener('pageshow', () => { leaving = false; });
addEventListener('pagehide', () => saveAll());
document.addEventListener('visibilitychange', () => { if (document.hidden) saveAll(); });
addEventListener('beforeunload', (event) => {
  if (leaving || !(items.some(isUnsaved) || isTypedElsewhere())) return;
  saveAll();
  event.preventDefault();
});
form.addEventListener('submit', (event) => {
  if (running) {
    // Sent at once it would be made from a revision that is about to be gone.
    event.preventDefault();
    running.finally(() => form.requestSubmit(event.submitter));
    return;
  }
  leaving = true;
  clearTimeout(retry);
  for (const item of items) clearTimeout(item.timer);
});

function itemOf(field) {
  const key = field.dataset.item;
  return {
    key,
    field,
    base: form.elements[`base-${key}`],
    seen: form.elements[`seen-${key}`],
    state: document.getElementById(`state-${key}`),
    preview: document.getElementById(`preview-${key}`),
    conflict: document.getElementById(`conflict-${key}`),
    // Two wrote it and nothing is chosen yet, or the portal will not take the text as it is.
    isStopped: document.getElementById(`two-wrote-${key}`) !== null,
    unanswered: null,
    since: 0,
    timer: null,
    isLeft: false,
  };
}

function isUnsaved(item) {
  return plain(item.field.value) !== plain(item.base.value);
}

/** What was begun in the other fields, which only a button saves. */
function isTypedElsewhere() {
  const fields = form.querySelectorAll('textarea:not([data-item], [name^="merged-"]), input:not([type])');
  return [...fields].some((field) => field.value !== field.defaultValue);
}

/** As the portal keeps a text. */
function plain(text) {
  return text.replace(/\r\n?/g, '\n').replace(/^\n+/, '').trimEnd();
}

function typed(item) {
  if (!isUnsaved(item)) return;
  if (item.state.dataset.state !== 'trouble') say(item, form.dataset.unsaved);
  if (item.isRefused) item.isStopped = item.isRefused = false;
  const now = Date.now();
  item.since ||= now;
  clearTimeout(item.timer);
  const wait = Math.max(0, Math.min(PAUSE, item.since + LONGEST_PAUSE - now));
  item.timer = setTimeout(saveAll, wait);
}

function leave(item) {
  if (!isUnsaved(item)) return;
  item.isLeft = true;
  saveAll();
}

/** Save what waits to be saved, one text after the other, so that none overtakes another. */
function saveAll() {
  if (running) again = true;
  if (leaving || running) return;
  if (!items.some((item) => isUnsaved(item) && !item.isStopped)) return;
  clearTimeout(retry);
  running = drain().finally(() => {
    running = null;
    if (again) setTimeout(saveAll);
    again = false;
  });
}

async function drain() {
  for (const item of items) {
    let rounds = 0;
    while (isUnsaved(item) && !item.isStopped && rounds < 5) {
      rounds += 1;
      if (!(await save(item))) return;
      if (document.activeElement === item.field) break;
    }
  }
}

/** Save one text; whether the next may be tried. */
async function save(item) {
  const text = item.field.value;
  clearTimeout(item.timer);
  item.since = 0;
  let answer;
  try {
    if (renewFirst) await renew();
    say(item, form.dataset.saving);
    answer = await send(item, text);
    if (answer.status === 400) {
      await renew();
      answer = await send(item, text);
    }
  } catch (error) {
    return failed(item, error.message === 'signed out' ? 'signedOut' : 'offline');
  }
  if (answer.status === 403) return failed(item, 'signedOut');
  const isTold = answer.headers.get('Content-Type')?.startsWith('application/json');
  if (!isTold) return failed(item, 'failed');
  recovered();
  take(item, text, await answer.json());
  return true;
}

function send(item, text) {
  const { key } = item;
  const body = new URLSearchParams({
    csrf_token: form.elements.csrf_token.value,
    do: `save:${key}`,
    [`text-${key}`]: text,
    [`base-${key}`]: item.base.value,
    [`seen-${key}`]: item.seen.value,
  });
  item.unanswered ??= plain(text);
  const keepalive = body.toString().length < KEPT_ALIVE;
  return fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body, keepalive });
}

/** A form's token ends with the sign-in it was made in: fetch the one of now. */
async function renew() {
  const answer = await fetch(form.action);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.querySelector('#minutes [name="csrf_token"]');
  if (!fresh) throw new Error(answer.ok ? 'signed out' : 'away');
  form.elements.csrf_token.value = fresh.value;
  renewFirst = false;
}

function take(item, text, told) {
  if (told.state === 'saved') {
    saved(item, text, told);
  } else if (told.state === 'conflict' && told.theirs === item.unanswered && item.unanswered !== plain(text)) {
    // Ours after all: it was saved, and the answer was lost on the way.
    item.base.value = told.theirs;
    item.seen.value = told.revision;
    item.unanswered = null;
    typed(item);
  } else {
    stopped(item, told);
  }
}

function saved(item, text, told) {
  item.base.value = text;
  item.seen.value = told.revision;
  item.unanswered = null;
  say(item, told.message);
  item.preview.hidden = plain(text) === '';
  item.preview.querySelector('.prose').innerHTML = told.preview;
  if (item.isLeft) announce(told.message);
  item.isLeft = false;
  if (isUnsaved(item)) typed(item);
}

function stopped(item, told) {
  item.isStopped = true;
  item.isRefused = told.state === 'wrong';
  item.unanswered = null;
  if (told.html) {
    item.conflict.innerHTML = told.html;
    for (const area of item.conflict.querySelectorAll('textarea')) area.lang = item.field.lang;
  }
  say(item, told.message, 'trouble');
  announce(told.message);
}

/** Say once what is wrong, and try again by and by. */
function failed(item, why) {
  renewFirst = why === 'signedOut';
  const text = form.dataset[why];
  say(item, form.dataset.unsaved, 'trouble');
  if (trouble.hidden || trouble.dataset.why !== why) {
    document.getElementById('trouble-text').textContent = text;
    trouble.querySelector('a').hidden = why !== 'signedOut';
    trouble.dataset.why = why;
    trouble.hidden = false;
    announce(text);
  }
  retry = setTimeout(saveAll, RETRIES[Math.min(failures, RETRIES.length - 1)]);
  failures += 1;
  return false;
}

function recovered() {
  failures = 0;
  if (trouble.hidden) return;
  trouble.hidden = true;
  announce(form.dataset.back);
}

function say(item, text, kind = '') {
  item.state.textContent = text;
  item.state.dataset.state = kind;
}

function announce(text) {
  said.textContent = '';
  setTimeout(() => { said.textContent = text; }, 50);
}
