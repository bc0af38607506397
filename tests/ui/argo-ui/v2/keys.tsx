import * as React from 'react';

// Keys are named as KeyboardEvent names them: by key, digits by code, which says
// whether it is that of the number pad.
export enum Key {
    UP = 'ArrowUp',
    DOWN = 'ArrowDown',
    LEFT = 'ArrowLeft',
    RIGHT = 'ArrowRight',
    ENTER = 'Enter',
    ESCAPE = 'Escape',
    SLASH = '/'
}

const digits = (prefix: string): {[name: string]: string} => Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => [n, prefix + n]));

export const NumKey = digits('Digit');
export const NumPadKey = digits('Numpad');
export type NumKey = string;
export type NumPadKey = string;

export const NumKeyToNumber = (code: string) => Number(code.slice(-1));

interface Binding {
    keys: string | string[];
    // action says whether the key meant something.
    action: (key: string) => boolean;
}

// useKeybinding acts on keys, but for Escape not on those that are meant for a
// field.
function useKeybinding({keys, action}: Binding) {
    React.useEffect(() => {
        const press = (event: KeyboardEvent) => {
            const key = [event.key, event.code].find(name => [].concat(keys).includes(name));
            const typing = (event.target as HTMLElement).closest('input, textarea, select');
            if (key && (!typing || key === Key.ESCAPE) && action(key)) {
                event.preventDefault();
            }
        };
        document.addEventListener('keydown', press);
        return () => document.removeEventListener('keydown', press);
    });
}

export const KeybindingContext = React.createContext({useKeybinding});

export const KeybindingProvider = (props: {children: React.ReactNode}) => <>{props.children}</>;
