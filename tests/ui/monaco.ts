// The editor as Argo CD uses it, with one language of seventy.
import 'monaco-editor/esm/vs/basic-languages/yaml/yaml.contribution';
export * from 'monaco-editor/esm/vs/editor/edcore.main';

(self as any).MonacoEnvironment = {getWorkerUrl: () => 'editor.worker.js'};
