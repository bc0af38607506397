import * as React from 'react';

// useNav navigates a list with the keyboard. It returns the selected index, at first -1, a
// function that moves the selection, and one that clears it.
export function useNav(length: number): [number, (by: number) => boolean, () => void] {
    const [selected, select] = React.useState(-1);
    const go = (by: number) => {
        select(before => (before + by >= 0 && before + by < length ? before + by : before));
        return true;
    };
    return [selected, go, () => select(-1)];
}
