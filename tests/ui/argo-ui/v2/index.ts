// What the web application takes from argo-ui/v2, which npm's argo-ui lacks.
export * from './ago';
export * from './components';
export * from './keys';
export * from './use-data';
export * from './use-nav';
