/*
 * Makes what the pages load: portal/static/dist, every file under a name that carries its hash, with
 * .gz and .br beside it, and manifest.json from plain names to those.
 *
 * Third-party files come out of node_modules; ours out of src/. Run by build.py, in this folder.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const MODULES = 'node_modules';
const TOKENS = 'design-tokens';
const DIST = '../portal/static/dist';

const THIRD_PARTY = {
  'ds.css': '@digdir/designsystemet-css/dist/src/index.css',
  'ds.js': '@digdir/designsystemet-web/dist/umd/index.js',
  'htmx.js': 'htmx.org/dist/htmx.min.js',
  'inter-latin.woff2': '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  'inter-latin-ext.woff2': '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2',
};

build();

function build() {
  const assets = { ...thirdParty(), 'theme.css': theme(), 'icons.svg': iconSprite(), ...ours() };
  const fresh = `${DIST}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const manifest = publish(assets, fresh);
  writeFileSync(`${fresh}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  // Written beside and swapped in, so that a portal that starts meanwhile never sees half a folder.
  rmSync(DIST, { recursive: true, force: true });
  renameSync(fresh, DIST);
}

function thirdParty() {
  const entries = Object.entries(THIRD_PARTY);
  return Object.fromEntries(entries.map(([name, path]) => [name, readFileSync(`${MODULES}/${path}`)]));
}

/** Our style sheets are joined, in the order of their names; all else goes out as it stands. */
function ours() {
  const names = readdirSync('src').sort();
  const read = (name) => readFileSync(`src/${name}`);
  const others = names.filter((name) => /\.(js|svg)$/.test(name));
  return {
    'app.css': Buffer.concat(names.filter(isStyle).map(read)),
    ...Object.fromEntries(others.map((name) => [name, read(name)])),
  };
}

/** Our colours and type as Designsystemet's variables, made anew only when the configuration changes. */
function theme() {
  const configuration = readFileSync('designsystemet.config.json');
  const made = `${TOKENS}/theme-${hashOf(Buffer.concat([configuration, readFileSync('package-lock.json')]))}.css`;
  if (!existsSync(made)) {
    designsystemet('create', '--config', 'designsystemet.config.json', '--clean');
    designsystemet('build', '--tokens', TOKENS, '--out-dir', `${TOKENS}/built`);
    const [name] = Object.keys(JSON.parse(configuration).themes);
    renameSync(`${TOKENS}/built/${name}.css`, made);
  }
  return readFileSync(made);
}

function designsystemet(...command) {
  const program = `${MODULES}/@digdir/designsystemet/dist/bin/designsystemet.js`;
  execFileSync(process.execPath, [program, 'tokens', ...command], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** One file with only the icons in use; a page shows one by <use href="…#Name">. */
function iconSprite() {
  const symbols = JSON.parse(readFileSync('icons.json')).map(symbolOf);
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`);
}

function symbolOf(name) {
  const path = `${MODULES}/@navikt/aksel-icons/dist/svg/${name}.svg`;
  if (!existsSync(path)) throw new Error(`icons.json names ${name}, which Aksel has not`);
  const drawing = readFileSync(path, 'utf8').match(/<svg[^>]*>(.*)<\/svg>/s)[1].trim();
  return `<symbol id="${name}" viewBox="0 0 24 24" fill="none">${drawing}</symbol>`;
}

/** Write every asset under its hashed name. Style sheets come last, since they name the others. */
function publish(assets, folder) {
  const manifest = {};
  const stylesLast = Object.keys(assets).sort((a, b) => isStyle(a) - isStyle(b) || a.localeCompare(b));
  for (const name of stylesLast) {
    const content = finished(name, assets[name], manifest);
    manifest[name] = name.replace(/\.([^.]+)$/, `.${hashOf(content)}.$1`);
    writeCompressed(`${folder}/${manifest[name]}`, content);
  }
  return Object.fromEntries(Object.entries(manifest).sort());
}

function isStyle(name) {
  return name.endsWith('.css');
}

function finished(name, content, manifest) {
  if (isStyle(name)) return Buffer.from(withHashedNames(minified(content.toString()), manifest));
  if (name.endsWith('.js')) return Buffer.from(content.toString().replace(/\n\/\/# sourceMappingURL=.*/, ''));
  return content;
}

function withHashedNames(css, manifest) {
  return css.replace(/url\("([^":]+)"\)/g, (_whole, name) => {
    if (!(name in manifest)) throw new Error(`a style sheet names ${name}, which is no asset`);
    return `url("${manifest[name]}")`;
  });
}

/** Drop comments and needless space. Strings and unquoted addresses pass untouched. */
function minified(css) {
  const kept = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^"')]*\))|\/\*.*?\*\/|\s+/gs;
  return css
    .replace(kept, (_whole, verbatim) => verbatim ?? ' ')
    .replace(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\s*([{};,])\s*/gs, (_whole, verbatim, mark) => verbatim ?? mark)
    .replace(/;}/g, '}')
    .trim();
}

function writeCompressed(path, content) {
  writeFileSync(path, content);
  if (path.endsWith('.woff2')) return; // a font is compressed already
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}

function hashOf(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 8);
}
