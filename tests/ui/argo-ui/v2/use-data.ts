import * as React from 'react';

// useData loads once and says how it stands: the data, whether it is still to
// come, and whether it failed, with a function to try again.
export function useData<T>(load: () => Promise<T>, initial?: T, loaded?: (data: T) => any): [T, boolean, {state: boolean; retry: () => void}] {
    const [data, setData] = React.useState(initial);
    const [loading, setLoading] = React.useState(true);
    const [failed, setFailed] = React.useState(false);
    const [attempt, setAttempt] = React.useState(0);
    React.useEffect(() => {
        let mounted = true;
        const settle = (update: () => void) => {
            if (mounted) {
                setLoading(false);
                update();
            }
        };
        setLoading(true);
        setFailed(false);
        load().then(
            result =>
                settle(() => {
                    setData(result);
                    loaded?.(result);
                }),
            () => settle(() => setFailed(true))
        );
        return () => {
            mounted = false;
        };
    }, [attempt]);
    return [data, loading, {state: failed, retry: () => setAttempt(attempt + 1)}];
}
