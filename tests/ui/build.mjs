// Compiles Argo CD's web application, whose source is in its Go module.
// Usage: node build.mjs <folder with node_modules> <folder for the result>
import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

import {adjustments} from './adjustments.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const [npm, result] = process.argv.slice(2).map(folder => path.resolve(folder));
const modules = path.join(npm, 'node_modules');
const require = createRequire(path.join(modules, 'any'));
const esbuild = require('esbuild');
const sass = require('sass');
const downloaded = execFileSync('go', ['mod', 'download', '-json', 'github.com/argoproj/argo-cd/v3'], {cwd: here});
const source = path.join(JSON.parse(downloaded).Dir, 'ui/src');

// place returns the path of a package's file, which can be in this folder.
const place = file => path.join(existsSync(path.join(here, file)) ? here : modules, file);

// script returns a source file, patched if it belongs to argo-ui. Namespace imports become
// require calls, because the application calls packages that export a function.
function script(file) {
    const name = path.relative(modules, file);
    let text = readFileSync(name.startsWith('argo-ui') ? place(name) : file, 'utf8');
    for (const [before, after] of adjustments[name] || []) {
        if (!text.includes(before)) {
            throw new Error(`${name}: the patched text ${before} was not found`);
        }
        text = text.replaceAll(before, () => after);
    }
    return text.replace(/^import \* as (\w+) from '([^.'][^']*)'/gm, "import $1 = require('$2')");
}

// style compiles a style sheet, which can import others from node_modules.
const imported = url => pathToFileURL(place(url.replace('node_modules/', '').replace(/(\.scss)?$/, '.scss')));
const importers = [{findFileUrl: url => (url.startsWith('node_modules/') ? imported(url) : null)}];
const style = file => sass.compile(file, {importers, quietDeps: true}).css;

const plugin = {
    name: 'argo-cd',
    setup(build) {
        build.onResolve({filter: /^monaco-editor$/}, () => ({path: path.join(here, 'monaco.ts')}));
        build.onResolve({filter: /^assets\//}, () => ({external: true}));
        build.onLoad({filter: /\.tsx?$/}, ({path}) => ({contents: script(path), loader: 'tsx'}));
        build.onLoad({filter: /\.scss$/}, ({path}) => ({contents: style(path), loader: 'css'}));
    }
};

// Keep the folder itself: a running server has it open.
mkdirSync(result, {recursive: true});
readdirSync(result).forEach(name => rmSync(path.join(result, name), {recursive: true}));
for (const [from, to] of [
    [path.join(source, 'assets'), 'assets'],
    [path.join(modules, 'argo-ui/src/assets'), 'assets'],
    [path.join(modules, '@fortawesome/fontawesome-free/webfonts'), 'assets/fonts'],
    [path.join(modules, 'monaco-editor/min/vs/base/browser/ui/codicons/codicon'), 'assets/fonts']
]) {
    cpSync(from, path.join(result, to), {recursive: true});
    execFileSync('chmod', ['-R', 'u+w', result]); // Go's modules are read-only
}
await esbuild.build({
    entryPoints: [path.join(here, 'main.ts'), path.join(modules, 'monaco-editor/esm/vs/editor/editor.worker.js')],
    entryNames: '[name]',
    outdir: result,
    bundle: true,
    minify: true,
    target: 'es2020',
    mainFields: ['browser', 'module', 'main'], // the order of webpack, also for require
    nodePaths: [modules],
    alias: {'argo-cd': source, 'argo-ui/v2': path.join(here, 'argo-ui/v2')},
    external: ['react-ga'],
    loader: {'.ttf': 'file'},
    assetNames: 'assets/fonts/[name]',
    define: {
        global: 'window',
        'process.env.HOST_ARCH': JSON.stringify(process.arch === 'x64' ? 'amd64' : process.arch),
        'process.env.NODE_ENV': '"production"',
        'process.platform': '"browser"'
    },
    plugins: [plugin],
    logLevel: 'warning'
});
