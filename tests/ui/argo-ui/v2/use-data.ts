import * as React from 'react';

type Failure = {state: boolean; retry: () => void};

// useData loads once and says how it stands: the data, whether it is still to
// come, and whether it failed, with a function to try again.
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
