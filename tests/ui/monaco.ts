// The editor with YAML only, the one language that Argo CD uses.
import 'monaco-editor/esm/vs/basic-languages/yaml/yaml.contribution';
export * from 'monaco-editor/esm/vs/editor/edcore.main';

(self as any).MonacoEnvironment = {getWorkerUrl: () => 'editor.worker.js'};
