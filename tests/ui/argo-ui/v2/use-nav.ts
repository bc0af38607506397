import * as React from 'react';

// useNav walks a list of items with the keyboard: the selected one, -1 at first,
// a function that goes on by some, and one that selects none.
export function useNav(length: number): [number, (by: number) => boolean, () => void] {
    const [selected, select] = React.useState(-1);
    const go = (by: number) => {
        select(before => (before + by >= 0 && before + by < length ? before + by : before));
        return true;
    };
    return [selected, go, () => select(-1)];
}
