import * as React from 'react';

// Keys have the names of KeyboardEvent.key. Digits have those of KeyboardEvent.code, which
// distinguishes the number pad.
export enum Key {
    UP = 'ArrowUp',
    DOWN = 'ArrowDown',
    LEFT = 'ArrowLeft',
    RIGHT = 'ArrowRight',
    ENTER = 'Enter',
    ESCAPE = 'Escape',
    SLASH = '/'
}

export type NumKey = string;
export type NumPadKey = string;

export const NumKey: NumKey[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(digit => `Digit${digit}`);
export const NumPadKey: NumPadKey[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(digit => `Numpad${digit}`);

export const NumKeyToNumber = (code: string) => Number(code.slice(-1));

interface Binding {
    keys: string | string[];
    // action reports whether it handled the key.
    action: (key: string) => boolean;
}

// useKeybinding handles keys. While an input field has the focus, it handles only Escape.
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
