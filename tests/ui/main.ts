import './main.scss';
import 'argo-cd/app/index.tsx';
