// A browser with eyes: every screen is looked at for barriers, for words of the console, for what overflows, and kept as
// a picture if somebody wants to look at it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export class Browser {
  constructor(packages, pictures) {
    this.require = createRequire(path.join(path.resolve(packages), 'index.js'));
    this.axe = fs.readFileSync(this.require.resolve('axe-core/axe.min.js'), 'utf8');
    this.pictures = pictures;
    this.seen = 0;
    this.complaints = [];
    this.looked = new Set();
  }

  async start() {
    const { chromium } = this.require('playwright-core');
    const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(fs.existsSync);
    if (!executablePath) throw new Error('no chromium here: deploy/setup test installs it');
    this.chromium = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    return this;
  }
  async end() { await this.chromium.close(); }

  async visitor(options = {}) {
    const context = await this.chromium.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    context.setDefaultTimeout(15000);
    const page = await context.newPage();
    page.on('console', message => {
      const refused = /status of (4\d\d|503)/.test(message.text());  // screens of ours that say no; the tests look at them
      if (['error', 'warning'].includes(message.type()) && !refused) this.complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', error => this.complaints.push(`script: ${error}`));
    page.on('request', request => {
      if (!request.url().startsWith('http://127.0.0.1:') && !request.url().startsWith('data:')) this.complaints.push(`asked elsewhere: ${request.url()}`);
    });
    return page;
  }

  // One screen, by a name of its own: barriers to access, and, on a narrow screen, whether anything has to be scrolled sideways.
  async look(page, name) {
    if (this.looked.has(name)) return;
    this.looked.add(name);
    ++this.seen;
    await page.evaluate(this.axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    for (const one of violations) {
      const line = `${name}: ${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' · ')}`;
      if (['serious', 'critical'].includes(one.impact)) this.complaints.push(line);
      else console.log(`  advice: ${line}`);
    }
    if (this.pictures) await page.screenshot({ path: path.join(this.pictures, `${name}.png`), fullPage: true });
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) this.complaints.push(`${name}: ${wide} pixels too wide on a screen of 320`);
    if (this.pictures) await page.screenshot({ path: path.join(this.pictures, `${name}-narrow.png`), fullPage: true });
    await page.setViewportSize({ width: 1200, height: 900 });
  }
}
