// What is better with a script: the components' own behaviour, drafts saved while somebody writes, a screen that learns
// that it has locked. Everything works without it. What keeps words safe comes first, the components last: somebody may
// be writing while they are still being loaded.
const poll_milliseconds = 5000;
const autosave_milliseconds = 3000;

// Whether somebody wrote in a form before this script was there to hear it.
function written(form) {
  const chosen = list => list.selectedIndex !== Math.max(0, [...list.options].findIndex(one => one.defaultSelected));
  return [...form.elements].some(field => {
    if (field.tagName === 'SELECT') return chosen(field);
    return field.type !== 'hidden' && (field.value !== (field.defaultValue ?? field.value) || field.checked !== field.defaultChecked);
  });
}

// A draft is sent again and again while it changes; what could not be saved is said, and stays in the page.
const form = document.querySelector('[data-app-autosave]');
if (form) {
  const told = form.querySelector('[data-app-saved]');
  let changed = written(form), leaving = false;
  const tell = (words, failed) => {
    told.textContent = words;
    told.classList.toggle('app-saved--failed', failed);
  };
  if (changed) tell(told.dataset.unsaved, false);
  const save = async () => {
    if (!changed || leaving) return;
    changed = false;
    const sent = new URLSearchParams(new FormData(form));
    sent.set('act', 'autosave');
    try {
      const answer = await fetch(form.dataset.appAutosave, { method: 'POST', body: sent });
      if (!answer.ok) throw new Error(answer.status);
      tell((await answer.json()).saved, false);
    } catch {
      changed = true;
      tell(told.dataset.failed, true);
    }
  };
  form.addEventListener('input', () => {
    if (!changed) tell(told.dataset.unsaved, false);
    changed = true;
  });
  form.addEventListener('submit', () => { leaving = true; });
  document.addEventListener('visibilitychange', save);
  setInterval(save, autosave_milliseconds);
}

// A screen that is left open must not go on showing somebody once the page has locked. What was being typed goes along,
// to be sent once it is unlocked: "held" says that nobody pressed a button. So does what a form was given back with
// because something in it was wrong, and what waits since an earlier lock.
const unlocked = document.querySelector('[data-app-lock]');
const sync = document.querySelector('[data-app-sync="yes"]');
const forms = [...document.querySelectorAll('main form[method="post"]')];
const refused = document.querySelector('main .govuk-error-summary') && forms.find(form => form.noValidate);
let typed = forms.find(written) ?? refused ?? forms.find(form => 'appHeld' in form.dataset) ?? null;
document.addEventListener('input', event => {
  const within = event.target.form;
  if (within?.method === 'post' && document.querySelector('main').contains(within)) typed = within;
});
document.addEventListener('submit', () => { typed = null; });
function give_way() {
  if (!typed) return location.replace('/unlock?then=' + encodeURIComponent(location.pathname));
  const held = Object.assign(document.createElement('input'), { type: 'hidden', name: 'held', value: 'yes' });
  typed.append(held);
  HTMLFormElement.prototype.submit.call(typed);
}
const look = async () => {
  try {
    const state = await (await fetch('/state')).json();
    if (state.locked && unlocked) give_way();
    if (sync && !state.under_way) location.replace('/sync');
  } catch {
    // The program has ended; the page stays as it is, and says so when something is sent.
  }
};
if (unlocked) setInterval(look, sync ? 700 : poll_milliseconds);

// Escape twice within a second hides the screen.
let escaped = 0;
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return;
  const now = Date.now();
  if (now - escaped < 1000) document.querySelector('[data-app-hide]')?.form.submit();
  escaped = now;
});

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
for (const components of ['/assets/govuk.mjs', '/assets/moj.mjs']) (await import(components)).initAll();
