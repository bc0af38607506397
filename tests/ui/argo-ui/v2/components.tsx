import {Tooltip as ArgoTooltip} from 'argo-ui';
import * as React from 'react';

import './components.scss';

// Tooltip knows no inverted colours.
export const Tooltip = ({inverted, ...props}: {content: React.ReactNode; inverted?: boolean; children: React.ReactElement}) => <ArgoTooltip {...props} />;

export const ActionButton = (props: {action: (event: React.MouseEvent) => void; icon?: string; tooltip?: string; disabled?: boolean}) => (
    <Tooltip content={props.tooltip}>
        <button className='argo-button argo-button--light argo-button--short' disabled={props.disabled} onClick={props.action}>
            <i className={props.icon} />
        </button>
    </Tooltip>
);

// Checkbox also tells of a change that came from outside: a row of a filter that is
// clicked changes the value and leaves the telling to its box.
export const Checkbox = (props: {value: boolean; onChange: (value: boolean) => void; style?: React.CSSProperties}) => {
    const before = React.useRef(props.value);
    React.useEffect(() => {
        if (before.current !== props.value) {
            before.current = props.value;
            props.onChange(props.value);
        }
    }, [props.value]);
    return (
        <div className='v2-checkbox' style={props.style} onClick={() => props.onChange(!props.value)}>
            {props.value && <i className='fas fa-check' />}
        </div>
    );
};

interface AutocompleteProps {
    items: string[];
    // abbreviations are other names of items.
    abbreviations?: Map<string, string>;
    value: string;
    placeholder?: string;
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => void;
    // onItemClick gets no item when Enter is pressed, for what was typed.
    onItemClick: (item?: string) => void;
    style?: React.CSSProperties;
    inputStyle?: React.CSSProperties;
}

// Autocomplete offers, while it has the focus, the items that contain what was typed.
export const Autocomplete = (props: AutocompleteProps) => {
    const [focused, setFocused] = React.useState(false);
    const typed = props.value.toLowerCase();
    const matches = props.items.filter(item => [item, props.abbreviations?.get(item) || ''].some(name => name.toLowerCase().includes(typed)));
    return (
        <div className='v2-autocomplete' style={props.style} onFocus={() => setFocused(true)} onBlur={() => setFocused(false)}>
            <input
                className='argo-field'
                style={props.inputStyle}
                placeholder={props.placeholder}
                value={props.value}
                onChange={props.onChange}
                onKeyDown={event => event.key === 'Enter' && props.value && props.onItemClick()}
            />
            {focused && matches.length > 0 && (
                <div className='v2-autocomplete__items'>
                    {matches.map(item => (
                        <div key={item} onMouseDown={() => props.onItemClick(item)}>
                            {item}
                        </div>
                    ))}
                </div>
            )}
        </div>
    );
};
