// Compiles Argo CD's web application out of its Go module.
// Usage: node build.mjs <folder with node_modules> <folder for the result>
import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

import {adjustments} from './adjustments.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const [npm, result] = process.argv.slice(2).map(folder => path.resolve(folder));
const modules = path.join(npm, 'node_modules');
const require = createRequire(modules);
const esbuild = require(path.join(modules, 'esbuild'));
const sass = require(path.join(modules, 'sass'));
const module = JSON.parse(execFileSync('go', ['mod', 'download', '-json', 'github.com/argoproj/argo-cd/v3'], {cwd: here}));
const source = path.join(module.Dir, 'ui', 'src');

// place is where a file of a package is: here, if there is one of ours.
const place = file => (existsSync(path.join(here, file)) ? path.join(here, file) : path.join(modules, file));

// script is a source file as esbuild understands it: webpack lets `import * as f`
// be called.
function script(file) {
    const name = path.relative(modules, file);
    let text = readFileSync(name.startsWith('argo-ui') ? place(name) : file, 'utf8');
    for (const [before, after] of adjustments[name] || []) {
        const adjusted = text.replace(before, after);
        if (adjusted === text) {
            throw new Error(`${name}: nothing to adjust for ${before}`);
        }
        text = adjusted;
    }
    return text.replace(/^import \* as (\w+) from '([^.'][^']*)'/gm, "import $1 = require('$2')");
}

// style compiles a style sheet, which imports others from node_modules.
const sheet = url => url.startsWith('node_modules/') && pathToFileURL(place(url.slice(13).replace(/(\.scss)?$/, '.scss')));
const style = file => sass.compile(file, {quietDeps: true, importers: [{findFileUrl: url => sheet(url) || null}]}).css;

const plugin = {
    name: 'argo-cd',
    setup(build) {
        build.onResolve({filter: /^monaco-editor$/}, () => ({path: path.join(here, 'monaco.ts')}));
        build.onResolve({filter: /^assets\//}, () => ({external: true}));
        build.onLoad({filter: /\.tsx?$/}, ({path}) => ({contents: script(path), loader: 'tsx'}));
        build.onLoad({filter: /\.scss$/}, ({path}) => ({contents: style(path), loader: 'css'}));
    }
};

rmSync(result, {recursive: true, force: true});
const assets = path.join(result, 'assets');
for (const [from, to] of [
    [path.join(source, 'assets'), assets],
    [path.join(modules, 'argo-ui/src/assets'), assets],
    [path.join(modules, '@fortawesome/fontawesome-free/webfonts'), path.join(assets, 'fonts')],
    [path.join(modules, 'monaco-editor/min/vs/base/browser/ui/codicons/codicon'), path.join(assets, 'fonts')]
]) {
    cpSync(from, to, {recursive: true});
}
execFileSync('chmod', ['-R', 'u+w', result]); // which Go's modules are not
await esbuild.build({
    entryPoints: {main: path.join(here, 'index.ts'), 'editor.worker': path.join(modules, 'monaco-editor/esm/vs/editor/editor.worker.js')},
    outdir: result,
    bundle: true,
    minify: true,
    target: 'es2020',
    nodePaths: [modules],
    alias: {'argo-cd': source, 'argo-ui/v2': path.join(here, 'argo-ui/v2')},
    external: ['react-ga'],
    assetNames: 'assets/[name]',
    loader: {'.ttf': 'file'},
    define: {global: 'window', 'process.env.NODE_ENV': '"production"', 'process.env.HOST_ARCH': '"amd64"', 'process.platform': '"browser"'},
    plugins: [plugin],
    logLevel: 'warning'
});
