import * as React from 'react';

type Failure = {state: boolean; retry: () => void};

// useData loads data once. It returns the data, whether it is loading, whether it failed, and
// a function that retries.
export function useData<T>(load: () => Promise<T>, initial?: T, loaded?: (data: T) => any): [T, boolean, Failure] {
    const [data, setData] = React.useState(initial);
    const [loading, setLoading] = React.useState(true);
    const [failed, setFailed] = React.useState(false);
    const [attempt, setAttempt] = React.useState(0);
    React.useEffect(() => {
        let gone = false;
        setLoading(true);
        setFailed(false);
        load()
            .then(result => {
                if (!gone) {
                    setData(result);
                    loaded?.(result);
                }
            })
            .catch(() => gone || setFailed(true))
            .then(() => gone || setLoading(false));
        return () => {
            gone = true;
        };
    }, [attempt]);
    return [data, loading, {state: failed, retry: () => setAttempt(attempt + 1)}];
}
