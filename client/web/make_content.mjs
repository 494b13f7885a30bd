// node make_content.mjs PACKAGES TEXTS OUT.cpp: what the page is made of, as one C++ file.
//
// The templates are written with the official macros (Nunjucks) and rendered here, once; what is filled in while people
// work stands in them as [[name]], which becomes mustache. Styles and scripts lose the font, crown and crest that are
// not ours. Nothing is fetched: PACKAGES is a node_modules that is there already.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [packages, textsFile, out] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const nunjucks = createRequire(path.join(path.resolve(packages), 'index.js'))('nunjucks');
const govuk = path.join(packages, 'govuk-frontend/dist');
const moj = path.join(packages, '@ministryofjustice/frontend');
const texts = JSON.parse(fs.readFileSync(textsFile, 'utf8'));

const folders = [path.join(here, 'templates'), govuk, path.join(govuk, 'govuk'), moj];
const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(folders),
  { autoescape: true, throwOnUndefined: false, trimBlocks: true, lstripBlocks: true });
environment.addGlobal('t', key => {
  if (!(key in texts)) throw new Error(`texts have no ${key}`);
  return texts[key];
});

// The one inline script of the official template goes: page.mjs does its work, and the policy allows none.
function template(name) {
  return environment.render(name)
    .replace(/<script>document\.body\.className[^]*?<\/script>/, '')
    .replaceAll('[[', '{{').replaceAll(']]', '}}')
    .replace(/\n\s*\n+/g, '\n');
}

function style(file) {
  return fs.readFileSync(file, 'utf8')
    .replace(/@font-face\s*\{[^}]*\}/g, '')
    .replace(/\/\*# sourceMappingURL=.*?\*\//g, '')
    .replace(/"?GDS Transport"?,/g, '')
    .replace(/background-image:url\([^)]*govuk-crest[^)]*\)/g, 'background-image:none')
    .replace(/url\([^)]*govuk-crest[^)]*\)/g, 'none');
}

const script = file => fs.readFileSync(file, 'utf8').replace(/\/\/# sourceMappingURL=.*/g, '');

const assets = [
  ['page.css', 'text/css; charset=utf-8', style(path.join(govuk, 'govuk/govuk-frontend.min.css')) +
    style(path.join(moj, 'moj/moj-frontend.min.css')) + fs.readFileSync(path.join(here, 'assets/page.css'), 'utf8')],
  ['page.mjs', 'text/javascript; charset=utf-8', fs.readFileSync(path.join(here, 'assets/page.mjs'), 'utf8')],
  ['govuk.mjs', 'text/javascript; charset=utf-8', script(path.join(govuk, 'govuk/govuk-frontend.min.js'))],
  ['moj.mjs', 'text/javascript; charset=utf-8', script(path.join(moj, 'moj/moj-frontend.min.js'))],
];
const images = path.join(moj, 'moj/assets/images');
for (const name of fs.readdirSync(images).sort()) {
  if (/^icon-[a-z-]+\.svg$/.test(name)) {
    assets.push([`images/${name}`, 'image/svg+xml', fs.readFileSync(path.join(images, name), 'utf8')]);
  }
}
for (const [name, , content] of assets) {
  const foreign = /GDS Transport|url\([^)]*(crown|crest|fonts)/i.exec(name.endsWith('.css') ? content : '');
  if (foreign) throw new Error(`${name} still has ${foreign[0]}`);
}

// A C++ literal, in pieces of a length that compilers and editors bear.
function literal(text) {
  const bytes = Buffer.from(text, 'utf8');
  const pieces = [];
  let piece = '';
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) piece += '\\' + String.fromCharCode(byte);
    else if (byte === 0x0a) piece += '\\n';
    else if (byte < 0x20 || byte > 0x7e || byte === 0x3f) piece += '\\' + byte.toString(8).padStart(3, '0');
    else piece += String.fromCharCode(byte);
    if (piece.length > 4000) pieces.push(piece), piece = '';
  }
  pieces.push(piece);
  return `std::string_view(${pieces.map(one => `"${one}"`).join('\n  ')}, ${bytes.length})`;
}

const pages = fs.readdirSync(path.join(here, 'templates')).filter(name => name.endsWith('.page.njk')).sort();
const rows = {
  templates: pages.map(file => `{${literal(file.replace('.page.njk', ''))}, ${literal(template(file))}}`),
  assets: assets.map(([name, type, content]) => `{${literal(name)}, ${literal(type)}, ${literal(
    createHash('sha256').update(content).digest('hex').slice(0, 32))}, ${literal(content)}}`),
  texts: Object.keys(texts).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(key => `{${literal(key)}, ${literal(texts[key])}}`),
};
const list = (type, name) => `std::span<const ${type}> ${name}() {\n  static constexpr ${type} list[] = {\n    ` +
  `${rows[name].join(',\n    ')}};\n  return list;\n}\n`;
fs.writeFileSync(out, '// Made by client/web/make_content.mjs.\n#include "client/web/content.h"\n\n' +
  'namespace caseload::client {\n\n' + list('TemplateEntry', 'templates') + '\n' + list('AssetEntry', 'assets') + '\n' +
  list('TextEntry', 'texts') + '\n}  // namespace caseload::client\n');
