// An office and its people, with the real programs, in one folder that goes with the run.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const passphrase = 'tiko-fame-ludo-ravi-sebu';

export class Town {
  constructor(programs) {
    this.programs = programs;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'caseload-browser-'));
    for (const name of ['run', 'devices', 'tmp', 'state']) fs.mkdirSync(path.join(this.folder, name), { mode: 0o700 });
    fs.writeFileSync(this.at('passphrase'), `${passphrase}\n`);
    this.environment = {
      CASELOAD_DATA: this.at('office'), XDG_STATE_HOME: this.at('state'), XDG_RUNTIME_DIR: this.at('run'),
      HOME: this.folder, TMPDIR: this.at('tmp'), TZ: 'UTC', PATH: process.env.PATH,
    };
    this.address = '127.0.0.1:0';
    this.pages = [];
    this.office('init', '--name', 'Harbour Office', '--founder', 'Alex Administrator', '--recovery-out', this.at('recovery.key'));
  }

  at(...names) { return path.join(this.folder, ...names); }
  home(who) { return this.at('devices', who); }

  // Done, or done in part where something waits for a person: what it said; anything else is a failure.
  run(program, words, input = '') {
    try {
      return execFileSync(path.join(this.programs, program), words,
        { env: this.environment, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
    } catch (failed) {
      if (failed.status === 1) return failed.stdout;
      throw new Error(`${program} ${words.join(' ')}: ${failed.status} ${failed.stdout}${failed.stderr}`);
    }
  }
  office(...words) { return JSON.parse(this.run('caseload-server', ['--json', ...words])); }
  as(who, ...words) { return JSON.parse(this.run('caseload', ['--home', this.home(who), '--json', ...words])); }
  say(who, text, ...words) { return JSON.parse(this.run('caseload', ['--home', this.home(who), '--json', ...words], text)); }

  hire(name, role, unit) { return this.office('worker', 'add', '--name', name, '--role', role, '--unit', unit).id; }
  join(who, name) {
    const { code } = this.office('invite', name, '--device', `laptop of ${who}`);
    this.as(who, '--passphrase-file', this.at('passphrase'), 'enrol', '--server', this.address, '--code', code);
    this.unlock(who);
  }
  unlock(who) { this.as(who, '--passphrase-file', this.at('passphrase'), 'unlock', '--for', '30'); }
  meet(who) { return this.as(who, 'sync'); }

  async open() {
    this.process = spawn(path.join(this.programs, 'caseload-server'), ['--json', 'serve', '--listen', this.address],
      { env: this.environment, stdio: ['ignore', 'pipe', fs.openSync(this.at('office.log'), 'a')] });
    this.address = (await firstLine(this.process)).listening;
  }
  async close() {
    if (this.process) await ended(this.process);
    this.process = null;
  }

  // The page of one person; its address opens once.
  async serve(who) {
    const page = spawn(path.join(this.programs, 'caseload'), ['--home', this.home(who), '--json', 'serve', '--no-sync'],
      { env: this.environment, stdio: ['ignore', 'pipe', 'inherit'] });
    this.pages.push(page);
    return { ...(await firstLine(page)), close: () => ended(page) };
  }

  async end() {
    for (const page of this.pages) await ended(page);
    await this.close();
    for (const who of fs.readdirSync(this.at('devices'))) this.as(who, 'lock');
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function firstLine(process) {
  return new Promise((resolve, reject) => {
    let said = '';
    process.stdout.on('data', piece => {
      said += piece;
      if (said.includes('\n')) resolve(JSON.parse(said.slice(0, said.indexOf('\n'))));
    });
    process.on('exit', code => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}

function ended(process) {
  if (process.exitCode !== null || process.signalCode !== null) return null;
  return new Promise(resolve => {
    process.on('exit', resolve);
    process.kill('SIGTERM');
  });
}
