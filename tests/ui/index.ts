import './index.scss';
import 'argo-cd/app/index.tsx';
