// node page_test.mjs PROGRAMS PACKAGES [PICTURES]: people at work on the page, in a real browser, with a real office and
// real encrypted profiles. Each day is told in the order in which it happens; the first thing that is not so ends the run.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { Browser } from './browser.mjs';
import { passphrase, Town } from './town.mjs';

const [programs, packages, pictures] = process.argv.slice(2);
if (pictures) fs.mkdirSync(pictures, { recursive: true });
const town = new Town(programs);
const browser = await new Browser(packages, pictures).start();
const began = Date.now();
const seconds = () => ((Date.now() - began) / 1000).toFixed(1);
const day = offset => new Date(Date.now() + offset * 86400000).toISOString().slice(0, 10);
const hostile = `<script>alert(1)</script> O'Brien "quoted" & {{csrf}} \u202Egnp`;

async function told(name, act) {
  await act();
  console.log(`${seconds()} s  ${name}`);
}
const says = async (page, words) => {
  const said = ([source, flags]) => new RegExp(source, flags).test(document.body?.innerText ?? '');
  await page.waitForFunction(said, [words.source, words.flags]).catch(() => assert.fail(`${page.url()} does not say ${words}`));
};
// The page's script comes only after what is done here: somebody may write faster than a page is loaded.
const beforeTheScript = async (page, act) => {
  let come;
  const done = new Promise(resolve => { come = resolve; });
  await page.route('**/assets/page.mjs', route => done.then(() => route.continue()));
  await act();
  come();
  await page.unrouteAll({ behavior: 'wait' });
};
const go = (page, address) => page.goto(new URL(address, page.url()).href);
const press = (page, name) => page.getByRole('button', { name }).first().click();
const follow = (page, name) => page.getByRole('link', { name }).first().click();
const entered = async (page, who) => {
  const served = await town.serve(who);
  await page.goto(served.address);
  return served;
};
const unlocked = async page => {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await press(page, 'Unlock');
};

let people, cases, risk, action;

async function found() {
  town.office('unit', 'add', 'North');
  const ana = town.hire('Ana Castro', 'caseworker', 'North');
  const ben = town.hire('Ben Tūhoe', 'caseworker', 'North');
  const lena = town.hire('Lena Mori', 'manager', 'North');
  people = { ana, ben, lena };
  await town.open();
  town.join('lena', lena);
  town.join('ana', ana);
  town.join('ben', ben);
  town.meet('lena');
  const names = ['Aroha Tānewai', 'ليلى الحسن', 'Tom <b>Brook</b>', 'Maja Lindqvist'];
  cases = names.map((name, i) => town.as('lena', 'case', 'add', '--name', name, '--reference', `C-2026-${i + 1}`,
    '--field', `next_contact=${day(i - 1)}`, '--field', 'tier=enhanced').id);
  for (const one of cases) town.as('lena', 'case', 'assign', one, '--to', ana, '--minutes', '120');
  town.as('lena', 'case', 'assign', cases[0], '--to', ben, '--as', 'co');
  town.as('lena', 'person', 'add', cases[0], 'type=client', 'name=Aroha Tānewai', 'preferred_name=Aroha', 'date_of_birth=1992-05-17', 'pronouns=she/her', 'language=te reo Māori');
  risk = town.as('lena', 'risk', 'add', cases[0], 'type=domestic_abuse', 'level=medium', 'status=current', `assessed_on=${day(0)}`, `review_on=${day(20)}`, 'who_is_at_risk=herself', 'rationale=Told by the hostel').id;
  action = town.as('lena', 'action', 'add', cases[0], 'status=open', `due=${day(-2)}`, 'what=Ask the landlord for another month', 'why=The children stay at their school', 'owner_side=worker', `owner=${ana}`).id;
  const outcome = town.as('lena', 'outcome', 'add', cases[0], 'status=in_progress', 'what=A home of her own', 'client_wording=A place that is ours').id;
  for (const [ago, score] of [[60, 0], [30, 1], [10, 3]]) town.as('lena', 'progress', 'add', cases[0], `outcome=${outcome}`, `score=${score}`, 'evidence=Seen', `occurred=${day(-ago)}`);
  town.say('lena', 'Met at the hostel. She wants to stay near the school.', 'note', 'add', cases[0], '--type', 'home_visit', '--text-file', '-', '--field', 'result=Seen', '--sign');
  for (const who of ['lena', 'ana', 'ben', 'lena']) town.meet(who);
}

// Nobody is let in by the address alone, or twice by one; a wrong passphrase opens nothing.
async function lockAndUnlock() {
  const page = await browser.visitor();
  town.as('ana', 'lock');
  const served = await entered(page, 'ana');
  await says(page, /Unlock your caseload/);
  await browser.look(page, 'unlock');
  const other = await browser.visitor();
  await other.goto(served.address);
  await says(other, /This address was used already/);
  await browser.look(other, 'refused');
  await other.goto(new URL('/', served.address).href);
  await says(other, /Open the page anew/);
  await other.context().close();
  await page.getByLabel('Passphrase', { exact: true }).fill('wrong-wrong-wrong-wrong');
  await press(page, 'Unlock');
  await says(page, /There is a problem/);
  await browser.look(page, 'unlock_wrong');
  await unlocked(page);
  await says(page, /My caseload/);
  return { page, served };
}

async function caseworkersDay({ page, served }) {
  await says(page, /Aroha Tānewai/);
  await says(page, /ليلى الحسن/);
  await says(page, /Tom <b>Brook<\/b>/);
  await says(page, /Overdue/);
  await browser.look(page, 'home');
  await follow(page, 'Aroha Tānewai');
  await says(page, /Domestic abuse/);
  await says(page, /aged 3/);
  await browser.look(page, 'case');
  await follow(page, 'Timeline');
  await says(page, /Met at the hostel/);
  await browser.look(page, 'timeline');
  await follow(page, 'Write a note');
  await browser.look(page, 'note_type');
  await page.getByLabel('Home visit').check();
  const saved = page.waitForResponse(answer => answer.url().includes('/draft/') && answer.request().method() === 'POST');
  await beforeTheScript(page, async () => {
    await press(page, 'Go on');
    await page.getByLabel('What happened', { exact: true }).fill(`Kia ora. ${hostile}`);
  });
  assert.equal((await saved).status(), 200);
  const draft = page.url();
  await browser.look(page, 'note');
  await go(page, '/');
  await says(page, /Drafts: only you see them/);
  await page.goto(draft);
  assert.equal(await page.getByLabel('What happened', { exact: true }).inputValue(), `Kia ora. ${hostile}`);
  await page.getByLabel('When it happened').fill('the day after never');
  await press(page, 'Sign it');
  await says(page, /There is a problem/);
  await browser.look(page, 'note_wrong');
  await page.getByLabel('When it happened').fill('yesterday');
  await page.getByLabel('Result', { exact: true }).fill('She has somebody to call at night');
  await press(page, 'Sign it');
  await says(page, /Signed and saved on this device/);
  await says(page, /O'Brien "quoted"/);
  await browser.look(page, 'record');
  await follow(page, 'Add an amendment');
  await page.getByLabel('Why').fill('I had the wrong day');
  await press(page, 'Add the amendment');
  await says(page, /There is a problem/);
  await page.getByLabel('What is to be added').fill('It was Tuesday');
  await browser.look(page, 'amend');
  await press(page, 'Add the amendment');
  await says(page, /It was Tuesday/);
  await follow(page, 'History');
  await browser.look(page, 'history');
  await go(page, `/case/${cases[0]}/add/action`);
  await page.getByLabel('What is to be done').fill('Ring the school');
  await press(page, 'Save');
  await says(page, /Enter: Why/);
  await browser.look(page, 'add_wrong');
  await page.getByLabel('Why', { exact: true }).fill('They keep her place');
  await page.getByLabel('Due', { exact: true }).fill('tomorrow');
  await press(page, 'Save');
  await says(page, /Saved on this device/);
  await press(page, 'It is done, today');
  await says(page, /The action is done/);
  await go(page, `/case/${cases[0]}/add/incident`);
  await browser.look(page, 'add_incident');
  for (const [kind, name] of [['risk', 'risk'], ['plan', 'plan'], ['actions', 'actions'], ['appointments', 'appointments'], ['people', 'people'], ['more', 'more']]) {
    await go(page, `/case/${cases[0]}/list/${kind}`);
    await browser.look(page, `list_${name}`);
  }
  await go(page, '/search?q=hostel');
  await says(page, /1 record|2 records/);
  await browser.look(page, 'search');
  await go(page, `/why/${risk}`);
  await says(page, /The office shares it with you/);
  await browser.look(page, 'why');
  await go(page, '/work');
  await says(page, /Ask the landlord/);
  await browser.look(page, 'work');
  await go(page, `/case/${cases[0]}/client`);
  await says(page, /A place that is ours/);
  assert.doesNotMatch(await page.locator('body').innerText(), /Domestic abuse|Ana Castro/);
  await browser.look(page, 'client');
  await go(page, '/help');
  await browser.look(page, 'help');
  await go(page, '/cases/new');
  await browser.look(page, 'new_case');
  await go(page, '/');
  await press(page, 'Hide screen');
  await says(page, /Screen hidden/);
  assert.doesNotMatch(await page.locator('body').innerText(), /Aroha|Ana/);
  await browser.look(page, 'hidden');
  await follow(page, 'Go on');
  await go(page, '/sync');
  await says(page, /waits to be sent/);
  await browser.look(page, 'sync');
  await press(page, 'Synchronise now');
  await page.getByText(/Last session/).waitFor();
  await says(page, /everything you kept is held by the office/);
  await go(page, `/case/${cases[0]}/timeline`);
  await says(page, /Held by the office/);
}

// What a form held when the page was locked is not lost, however often it locks, and whether or not all was right in it.
async function lockedWhileWriting({ page }) {
  const lockedElsewhere = async () => {
    const second = await page.context().newPage();
    await second.goto(new URL('/', page.url()).href);
    await press(second, 'Lock');
    await says(second, /Unlock your caseload/);
    await second.close();
    await page.getByText(/The page had locked itself/).waitFor();
    assert.doesNotMatch(await page.locator('body').innerText(), /Words that must not be lost|ليلى/);
    await unlocked(page);
    await says(page, /Send it now/);
  };
  await go(page, `/case/${cases[1]}/add/action`);
  await page.getByLabel('What is to be done').fill('Words that must not be lost');
  await page.getByLabel('Due', { exact: true }).fill('tomorrow');
  await lockedElsewhere();
  await browser.look(page, 'carry');
  await lockedElsewhere();
  await press(page, 'Send it now');
  await says(page, /Enter: Why/);
  await lockedElsewhere();
  await press(page, 'Send it now');
  await says(page, /Enter: Why/);
  await page.getByLabel('Why', { exact: true }).fill('Because');
  await press(page, 'Save');
  await says(page, /Words that must not be lost/);
  await says(page, /Saved on this device/);
}

async function lostOffice({ page }) {
  await town.close();
  await go(page, '/sync');
  await press(page, 'Synchronise now');
  await page.getByText(/The last try did not succeed/).waitFor();
  await says(page, /on this device alone/);
  await browser.look(page, 'sync_lost');
  await town.open();
}

async function withoutJavaScript() {
  const page = await browser.visitor({ javaScriptEnabled: false });
  const served = await entered(page, 'ben');
  await says(page, /My caseload/);
  await go(page, `/case/${cases[0]}/timeline`);
  await page.locator('details.app-compact summary').click();
  await page.locator('#n-text').fill('Rang. She is well.');
  await page.locator('#n-result').fill('Well');
  await press(page, 'Sign it');
  await says(page, /Signed and saved/);
  await says(page, /Rang. She is well/);
  await go(page, `/record/${risk}/edit`);
  await page.locator('select[name="level"]').selectOption('high');
  await press(page, 'Save');
  await says(page, /Saved on this device/);
  await go(page, `/record/${action}/edit`);
  await page.locator('#f-due').fill(day(5));
  await press(page, 'Save');
  await page.context().close();
  await served.close();
  town.unlock('ben');
}

// Two people wrote to the same fields without knowing of each other; one of them settles it, and says why.
async function conflict({ page }) {
  await go(page, `/record/${risk}/edit`);
  await page.locator('select[name="level"]').selectOption('low');
  await browser.look(page, 'edit');
  await press(page, 'Save');
  await go(page, `/record/${action}/edit`);
  await page.locator('#f-due').fill(day(9));
  await press(page, 'Save');
  town.meet('ben');
  await go(page, '/sync');
  await press(page, 'Synchronise now');
  await page.getByText(/Last session/).waitFor();
  await go(page, '/conflicts');
  await says(page, /Due/);
  await says(page, /Safety/);
  await browser.look(page, 'conflicts');
  await go(page, `/conflicts/${risk}/level`);
  await says(page, /Yours/);
  await says(page, /Written by Ben Tūhoe/);
  await says(page, /more protective value is in force/);
  await browser.look(page, 'conflict');
  await go(page, `/conflicts/${action}/due`);
  await page.getByLabel(/This one holds/).first().check();
  await press(page, 'Settle it');
  await says(page, /There is a problem/);
  await browser.look(page, 'conflict_wrong');
  await page.getByLabel('Why').fill('We spoke on the telephone');
  await press(page, 'Settle it');
  await says(page, /It is settled/);
}

async function handover({ page }) {
  await go(page, `/case/${cases[0]}/handover`);
  await says(page, /What is open in the case/);
  await page.getByLabel('To whom').selectOption({ label: 'Ben Tūhoe' });
  await browser.look(page, 'handover_begin');
  await page.getByLabel('Summary').fill('She trusts people who come when they said they would');
  await press(page, 'Offer it');
  await says(page, /The case is offered/);
  await browser.look(page, 'handover');
  await go(page, '/handovers');
  await browser.look(page, 'handovers');
  await go(page, '/sync');
  await press(page, 'Synchronise now');
  await page.getByText(/Last session/).waitFor();
  const ben = await browser.visitor();
  town.meet('ben');
  const served = await entered(ben, 'ben');
  await says(ben, /Offered to you/);
  await follow(ben.locator('section[aria-labelledby="offered"]'), 'Aroha Tānewai');
  await press(ben, 'I have read it and take the case');
  await says(ben, /You have acknowledged it/);
  await go(ben, '/sync');
  await press(ben, 'Synchronise now');
  await ben.getByText(/Last session/).waitFor();
  await ben.context().close();
  await served.close();
}

async function managersReview() {
  town.unlock('ben');
  town.say('ben', 'Rang at six: the hostel keeps her room.', 'note', 'add', cases[0], '--type', 'phone', '--text-file', '-', '--field', 'result=Good', '--sign');
  town.meet('lena');
  town.as('lena', 'case', 'unassign', cases[0], '--to', people.ben);
  town.meet('lena');
  town.meet('ben');
  town.meet('lena');
  const page = await browser.visitor();
  const served = await entered(page, 'lena');
  await says(page, /late work/);
  await go(page, `/case/${cases[0]}/note`);
  await page.getByLabel('Oversight').check();
  await press(page, 'Go on');
  await browser.look(page, 'oversight');
  await page.getByLabel('What happened', { exact: true }).fill('I read the last ten notes.');
  await press(page, 'Sign it');
  await says(page, /Enter: Impact on the person/);
  await page.getByLabel('Impact on the person').fill('The children keep their school');
  await page.getByLabel('Rationale').fill('Moving twice in a year would cost them more');
  await press(page, 'Sign it');
  await says(page, /Signed and saved/);
  await go(page, '/team');
  await says(page, /Ben Tūhoe/);
  await browser.look(page, 'team');
  await page.locator('section[aria-labelledby="late"] a').first().click();
  await says(page, /the hostel keeps her room/);
  await press(page, 'Decide');
  await says(page, /Choose what becomes of it/);
  await browser.look(page, 'late');
  await page.getByLabel(/Let it into the case/).check();
  await press(page, 'Decide');
  await says(page, /Decided/);
  await go(page, `/workload/${people.ana}`);
  await browser.look(page, 'workload');
  await go(page, `/case/${cases[0]}/assign`);
  await browser.look(page, 'assign');
  await page.context().close();
  await served.close();
}

let failed = null;
try {
  await told('an office, three people, four cases', found);
  let at;
  await told('lock, a wrong passphrase, unlock', async () => { at = await lockAndUnlock(); });
  await told("a caseworker's day", () => caseworkersDay(at));
  await told('locked while somebody was writing', () => lockedWhileWriting(at));
  await told('a lost office', () => lostOffice(at));
  await told('without JavaScript', withoutJavaScript);
  await told('a conflict, settled', () => conflict(at));
  await told('a case is handed over', () => handover(at));
  await told("a manager's review", managersReview);
  assert.deepEqual(browser.complaints, [], 'no serious barrier, no complaint of the browser');
  console.log(`${seconds()} s  ${browser.seen} screens, each looked at for barriers`);
} catch (error) {
  failed = error;
  for (const context of browser.chromium.contexts()) {
    for (const page of context.pages()) console.error(`at ${page.url()}:\n${(await page.locator('body').innerText().catch(() => '')).slice(0, 1500)}\n`);
  }
  console.error(browser.complaints.join('\n'));
  console.error(error);
} finally {
  await browser.end();
  await town.end();
}
process.exit(failed ? 1 : 0);
