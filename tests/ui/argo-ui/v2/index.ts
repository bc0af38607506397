// The exports of argo-ui/v2 that the application uses. argo-ui on npm has no v2.
export * from './ago';
export * from './components';
export * from './keys';
export * from './use-data';
export * from './use-nav';
